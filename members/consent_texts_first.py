"""The words that the portal came with; a migration writes them as the first rows.

Never changed: consents refer to them. New words are new versions, made in the admin
(`members.consent_texts.publish`).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

VERSION = "2026-11"
SINCE = dt.datetime(2026, 10, 31, 17, 0, tzinfo=dt.UTC)
"""Midnight of 1 November 2026 in Vietnam."""

BOXES = {
    "training.sign_up": ("training", _("Signing up for a session")),
    "training.photos": ("publish_picture", _("Photos of a session")),
    "training.list": ("training", _("A secretary's list for a session")),
    "training.desk": ("training", _("Signature at the desk of a session")),
    "contests.entry": ("contest", _("Entering a contest")),
    "contests.publish_name": ("publish_name", _("Name with the results of a contest")),
    "contests.paper": ("contest", _("Paper form of a guardian for a contest")),
    "news.story": ("story", _("Sending in a story")),
    "news.publication": ("story", _("Sending in a publication")),
    "news.publish_name": ("publish_name", _("Name below a story")),
    "news.faces": ("publish_picture", _("Faces in the pictures of a story")),
    "teams.help": ("", _("Asking a team for help")),
    "guardian.take_part": ("", _("Guardian: taking part")),
    "guardian.name": ("publish_name", _("Guardian: publishing the name")),
    "guardian.picture": ("publish_picture", _("Guardian: publishing pictures")),
}
"""By the key of a box: its purpose, and what the admin calls it."""

LEGACY = {
    ("training", "own_form"): "training.sign_up",
    ("training", "signed_form"): "training.desk",
    ("training", "school"): "training.list",
    ("training", "guardian_link"): "guardian.take_part",
    ("contest", "own_form"): "contests.entry",
    ("contest", "signed_form"): "contests.paper",
    ("contest", "guardian_link"): "guardian.take_part",
    ("story", "own_form"): "news.story",
    ("story", "guardian_link"): "guardian.take_part",
    ("publish_name", "own_form"): "contests.publish_name",
    ("publish_name", "guardian_link"): "guardian.name",
    ("publish_name", "signed_form"): "contests.paper",
    ("publish_picture", "own_form"): "training.photos",
    ("publish_picture", "guardian_link"): "guardian.picture",
    ("publish_picture", "signed_form"): "contests.paper",
}
"""Which box a consent came from that was given before boxes had keys."""

TEXTS: dict[tuple[str, str], tuple[str, str]] = {
    ("training.sign_up", "vi"): (
        (
            "Tôi đồng ý để Ban Tổ chức dùng họ tên, ngày sinh, số điện "
            "thoại, thư điện tử, đơn vị và những câu trả lời ở đây vào việc "
            "tổ chức lớp này."
        ),
        (
            "Chỉ Ban Tổ chức xem được. Bạn có thể rút lại bất cứ lúc nào "
            "bằng cách hủy đăng ký."
        ),
    ),
    ("training.sign_up", "en"): (
        (
            "I agree that my name, date of birth, phone, email, unit and "
            "what I answer here are used to run this session."
        ),
        (
            "Only the organisers see them. You can take this back at any "
            "time by cancelling your sign-up."
        ),
    ),
    ("training.photos", "vi"): (
        ("Tôi đồng ý cho đăng ảnh, phim của lớp này mà trong đó có thể nhận ra tôi."),
        (
            "Không đồng ý bạn vẫn có chỗ. Nếu bạn dưới 16 tuổi thì còn cần "
            "cha mẹ hoặc người giám hộ và nhà trường hoặc đơn vị đồng ý."
        ),
    ),
    ("training.photos", "en"): (
        (
            "I agree that photos and films of this session on which I can "
            "be recognised are published."
        ),
        (
            "You have a place without this too. Under 16, your parent or "
            "guardian and your school or unit must agree as well."
        ),
    ),
    ("training.list", "vi"): (
        ("Những người này đã biết về buổi tập huấn và đồng ý để tôi đăng ký."),
        (
            "Ai có email sẽ nhận thư nói rõ bạn là người ghi tên, kèm đường "
            "dẫn để rút tên."
        ),
    ),
    ("training.list", "en"): (
        ("These people know of the session and agree that I sign them up."),
        (
            "Whoever has an email gets a letter that names you and can "
            "object by one link."
        ),
    ),
    ("training.desk", "vi"): (
        (
            "Người này ký vào danh sách, đồng ý cho dùng họ tên, ngày sinh, "
            "số điện thoại và đơn vị để tổ chức lớp."
        ),
        "",
    ),
    ("training.desk", "en"): (
        (
            "The person signs on the sheet that name, date of birth, phone "
            "and unit are used to run this session."
        ),
        "",
    ),
    ("contests.entry", "vi"): (
        (
            "Tôi đồng ý để họ tên, ngày sinh, số điện thoại, email và đơn "
            "vị của tôi được dùng cho việc tổ chức cuộc thi này."
        ),
        (
            "Chỉ Ban Tổ chức xem được; giám khảo đọc bài không kèm tên. Bạn "
            "có thể rút lại bất cứ lúc nào bằng cách rút bài."
        ),
    ),
    ("contests.entry", "en"): (
        (
            "I agree that my name, date of birth, phone, email and unit are "
            "used to run this contest."
        ),
        (
            "Only the organisers see them; judges read the work without "
            "names. You can take this back at any time by withdrawing your "
            "entry."
        ),
    ),
    ("contests.publish_name", "vi"): (
        ("Tôi đồng ý công khai họ tên, trường hoặc đơn vị của tôi cùng kết quả"),
        (
            "Nếu không, trang kết quả chỉ ghi tên bài. Bạn dưới 16 tuổi thì "
            "phụ huynh và nhà trường cũng phải đồng ý."
        ),
    ),
    ("contests.publish_name", "en"): (
        "My name and school or unit may be published with the results",
        (
            "Without it the results show the title only. Under sixteen a "
            "parent and the school must agree as well."
        ),
    ),
    ("contests.paper", "vi"): (
        (
            "Tôi là cha, mẹ hoặc người giám hộ hợp pháp của em. Tôi đồng ý "
            "cho em dự thi và đồng ý cho dùng họ tên, ngày sinh, trường "
            "hoặc đơn vị, bài dự thi kèm tệp và kết quả chấm vào việc tổ "
            "chức cuộc thi."
        ),
        (
            "Mỗi ô là một việc riêng; gạch bỏ điều không đồng ý. Tôi có thể "
            "rút lại sự đồng ý bất cứ lúc nào."
        ),
    ),
    ("contests.paper", "en"): (
        (
            "I am the father, the mother or the legal guardian of this "
            "child. I agree that my child takes part, and that full name, "
            "date of birth, school or unit, the work with its files and the "
            "judges' result are used to run the contest."
        ),
        (
            "Each box stands for itself; cross out what you do not agree "
            "to. I may take this consent back at any time."
        ),
    ),
    ("news.story", "vi"): (
        ("Bài này do tôi viết. Ban biên tập có thể rút gọn, sửa lỗi và đăng cùng ảnh."),
        "",
    ),
    ("news.story", "en"): (
        (
            "I wrote this myself. The editors may shorten it, correct it "
            "and publish it with the pictures."
        ),
        "",
    ),
    ("news.publication", "vi"): (
        (
            "Chúng tôi tự làm ấn phẩm này hoặc có quyền chia sẻ. Mọi người được "
            "nêu tên hay có thể nhận ra trong đó đều đồng ý; với trẻ em, cha mẹ "
            "hoặc người giám hộ cũng đồng ý."
        ),
        "",
    ),
    ("news.publication", "en"): (
        (
            "We made this ourselves, or may pass it on. Everybody who is named or "
            "can be recognised in it agrees; for children a parent or guardian "
            "does too."
        ),
        "",
    ),
    ("news.publish_name", "vi"): (
        "Tôi đồng ý ghi tên mình dưới bài.",
        (
            "Nếu bạn dưới 16 tuổi, cần thêm sự đồng ý của cha mẹ hoặc người "
            "giám hộ và của trường hoặc đơn vị. Bạn có thể gỡ tên mình bất "
            "cứ lúc nào."
        ),
    ),
    ("news.publish_name", "en"): (
        "My name may stand below the story.",
        (
            "Under 16, your parent or guardian and your school or unit must "
            "agree as well. You can take your name off at any time."
        ),
    ),
    ("news.faces", "vi"): (
        (
            "Những người nhận ra được trong ảnh đều đồng ý cho đăng; với "
            "trẻ em thì cha mẹ hoặc người giám hộ cũng đồng ý."
        ),
        "Chỉ cần khi bài có ảnh.",
    ),
    ("news.faces", "en"): (
        (
            "Everybody who can be recognised in the pictures agrees to "
            "their publication; for children a parent or guardian does too."
        ),
        "Only needed with pictures.",
    ),
    ("teams.help", "vi"): (
        (
            "Tôi đồng ý để tổ công nghệ số và Đoàn xã, phường dùng tên và "
            "số điện thoại của tôi để hỗ trợ tôi. Cả hai được xóa sau 90 "
            "ngày."
        ),
        "",
    ),
    ("teams.help", "en"): (
        (
            "I agree that the team and the commune's Youth Union use my "
            "name and number to help me. Both are deleted after 90 days."
        ),
        "",
    ),
    ("guardian.take_part", "vi"): (
        (
            "Tôi đồng ý cho con tôi tham gia và đồng ý cho sử dụng những dữ "
            "liệu nêu trên"
        ),
        "",
    ),
    ("guardian.take_part", "en"): (
        ("I agree that my child takes part and that the data named above is used"),
        "",
    ),
    ("guardian.name", "vi"): (
        ("Tôi đồng ý cho công khai họ tên và trường hoặc đơn vị của con tôi"),
        "",
    ),
    ("guardian.name", "en"): (
        ("I agree that my child's name and school or unit may be published"),
        "",
    ),
    ("guardian.picture", "vi"): (
        "Tôi đồng ý cho đăng hình ảnh của con tôi trong hoạt động này",
        "",
    ),
    ("guardian.picture", "en"): (
        ("I agree that pictures of my child from this activity may be published"),
        "",
    ),
}


def rows() -> list[dict[str, Any]]:
    """As the columns of `ConsentText`."""
    return [
        {
            "key": key,
            "purpose": BOXES[key][0],
            "language": language,
            "version": VERSION,
            "words": words,
            "more": more,
            "valid_from": SINCE,
            "made_at": SINCE,
        }
        for (key, language), (words, more) in TEXTS.items()
    ]
