#!/bin/sh
# /usr/local/sbin/portal: `portal migrate`, `portal backup` ... as the portal's account and
# with its settings (docs/operate.md). At a terminal it asks there.
if [ -t 0 ] && [ -t 1 ]; then how=--pty; else how=--pipe; fi
exec systemd-run --quiet $how --wait --collect -p User=portal -p UMask=0027 \
    -p WorkingDirectory=/srv/portal -p EnvironmentFile=/etc/portal.env \
    /srv/portal/.venv/bin/python manage.py "$@"
