"""All components on one page with samples, for designers and tests; debug only."""

import datetime as dt

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone

from content import charts
from content.charts import Point
from content.models import Picture
from content.templatetags.look import STATES
from members.desk import Task


class SampleForm(forms.Form):
    """One field of each kind that the portal's forms use."""

    full_name = forms.CharField(
        label="Họ và tên", help_text="Viết có dấu, như trong giấy tờ."
    )
    phone = forms.CharField(
        label="Số điện thoại",
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    birth_date = forms.DateField(label="Ngày sinh", help_text="Ví dụ: 26/03/2010")
    unit = forms.ChoiceField(
        label="Đơn vị",
        choices=[("", "Chọn đơn vị"), ("1", "Đoàn xã Cẩm Giàng")],
    )
    mode = forms.ChoiceField(
        label="Cách tham gia",
        widget=forms.RadioSelect,
        choices=[("onsite", "Trực tiếp"), ("online", "Trực tuyến")],
    )
    topics = forms.MultipleChoiceField(
        label="Bạn muốn học gì?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("a", "An toàn số"), ("b", "Dịch vụ công trực tuyến")],
    )
    note = forms.CharField(label="Lời nhắn", required=False, widget=forms.Textarea)
    picture = forms.FileField(label="Ảnh", required=False)
    agree = forms.BooleanField(
        label="Tôi đồng ý để Ban Tổ chức dùng thông tin này cho lớp học.",
        help_text="Bạn có thể rút lại sự đồng ý bất cứ lúc nào.",
    )


def show(request: HttpRequest) -> HttpResponse:
    """Draw the gallery; `?loi` shows the form with its errors."""
    now = timezone.now()
    wrong = {"full_name": "", "birth_date": "31/02/2010"}
    form = SampleForm(wrong if "loi" in request.GET else None)
    cells = [
        ("Nghiên Loan", "1.254", "96,4%"),
        ("Cẩm Giàng", "312", "100%"),
    ]
    columns = ["Xã", "Người được hỗ trợ", "Tổ có đoàn viên"]
    context = {
        "form": form,
        "picture": _picture(),
        "states": list(STATES),
        "start": now + dt.timedelta(days=19),
        "sunday": now + dt.timedelta(days=(6 - now.weekday()) % 7),
        "deadline": now + dt.timedelta(days=17),
        "page": Paginator(range(90), 10).get_page(request.GET.get("page", 2)),
        "columns": columns,
        "rows": [
            [
                {"label": label, "text": text, "number": place > 0}
                for place, (label, text) in enumerate(zip(columns, row, strict=True))
            ]
            for row in cells
        ],
        "facts": [
            {"term": "Thời gian", "text": "8:00, Thứ Bảy 12/12/2026"},
            {"term": "Địa điểm", "text": "Hội trường phường Bắc Kạn"},
            {"term": "Hạn đăng ký", "text": "23:59, Chủ nhật 06/12/2026"},
        ],
        "tasks": [
            Task(label="Bài chờ duyệt", url="#", count=3),
            Task(
                label="Đăng ký chờ duyệt: An toàn số",
                url="#",
                count=12,
                due=now + dt.timedelta(days=3),
            ),
        ],
        "figures": [
            {"value": "96,4%", "label": "tổ có đoàn viên tham gia"},
            {"value": "1.254", "label": "tổ đang hoạt động"},
            {"value": "18.930", "label": "người được hỗ trợ VNeID năm nay"},
            {"value": "412", "label": "học viên tháng này", "note": "Tháng 11/2026"},
        ],
        "chips": [
            {"label": "Tất cả", "url": "?", "current": True},
            {"label": "An toàn số", "url": "?a", "count": 12},
            {"label": "Gương trẻ số", "url": "?b"},
            {"label": "Mỗi ngày một tin tốt", "url": "?c"},
        ],
        "steps": ["Tác giả", "Bài dự thi", "Tệp đính kèm", "Xem lại và nộp"],
        "charts": _charts(),
        "contents": [
            {"id": "buoc-1", "text": "Bước 1: Cài ứng dụng"},
            {"id": "buoc-2", "text": "Bước 2: Quét mã trên thẻ căn cước"},
        ],
    }
    return render(request, "portal/gallery.html", context)


def _charts() -> list[dict]:
    """One of each kind, with what is odd about real figures."""
    turns = [812, 640, 95, 1020, 1254, None, 1490, 1377, 1610, 1702, 1688, 1893]
    months = [Point(f"T{place}", value) for place, value in enumerate(turns, 1)]
    communes = [("Cẩm Giàng", 14, 15), ("Nghiên Loan", 9, 12), ("Côn Minh", 0, 6)]
    return [
        {
            "chart": charts.columns([Point("2024", 38), Point("2025", 61.5)]),
            "title": "Tỷ lệ tổ có đoàn viên (%)",
            "name": "Năm",
        },
        {
            "chart": charts.columns([Point(f"Q{q}", v) for q, v in _CHANGES]),
            "title": "Thay đổi số tổ so với quý trước",
            "name": "Quý",
        },
        {
            "chart": charts.line(months),
            "title": "Lượt người dân được hỗ trợ, năm 2026",
            "name": "Tháng",
            "csv_href": "#",
        },
        {
            "chart": charts.rows([Point(*commune) for commune in communes]),
            "title": "Tổ công nghệ số theo xã",
            "name": "Xã",
            "part": "có đoàn viên",
            "rest": "chưa có",
        },
    ]


_CHANGES = [(1, 12), (2, -5), (3, 0), (4, None)]


def _picture() -> Picture | dict:
    """The newest picture; without any the site's mark stands in."""
    mark = {"src": static("img/mark.svg"), "width": 1600, "height": 900, "alt": "Mầm"}
    ready = Picture.objects.filter(state=Picture.State.READY).first()
    return ready or mark | {"caption": "Chú thích ảnh.", "credit": "Lan Anh"}
