"""Texts written before anybody looked at what the checker knows.

Of many sorts: minutes of meetings, price lists, rules, scores, poems, code; names of
many peoples; and what old fonts, wrong encodings and advertisers make of such texts.
"""

CLEAN = [
    (
        "Thực hiện Kế hoạch số 126-KH/TĐTN-BXDĐ ngày 12/9/2026 của BTV Tỉnh đoàn, "
        "BCH Đoàn xã Yên Hoa tổ chức Đại hội điểm cấp chi đoàn. 100% ĐVTN có mặt "
        "đúng giờ."
    ),
    (
        "“Em chưa từng nghĩ mình làm được”, chị Vừ Thị Mỷ, dân tộc H'Mông ở thôn "
        "Sủng Là, cười. “Bây giờ em bán được 40 kg mật ong/tháng qua Zalo OA.”"
    ),
    (
        "Anh Y Wang Niê (người Ê-đê, buôn Ky) nói: 'Ama tôi dặn phải học cái chữ "
        "trước đã.' Ở buôn, 3/4 số hộ có smartphone."
    ),
    (
        "Các bước cài VNeID mức 2:\n1. Mang CCCD gắn chip đến Công an xã.\n2. Chụp "
        "ảnh, lấy vân tay (khoảng 10–15 phút).\n3. Chờ tin nhắn từ số 1900.0368.\n4. "
        "Nhập mã OTP; không đưa mã này cho ai."
    ),
    (
        "Tra cứu tại https://dichvucong.gov.vn/p/home/dvc-trang-chu.html hoặc "
        "https://tuyenquang.gov.vn/chi-tiet?id=12345&lang=vi#muc2."
    ),
    (
        "TTXVN – Sáng 5-9, gần 25 triệu học sinh cả nước khai giảng năm học "
        "2026–2027. Riêng Hà Giang cũ có 1.247 điểm trường."
    ),
    (
        'Q&A: Hỏi – Đáp về AI\nHỏi: ChatGPT có "bịa" không?\nĐáp: Có! Vì thế phải '
        "kiểm tra lại với nguồn chính thống (báo chí, cổng .gov.vn)."
    ),
    (
        "Giá ngô: 7.200 đ/kg; giá lạc 28.000–30.000 đ/kg. Tăng 3,5% so với tháng "
        "10/2026 (≈ 1.000 đ)."
    ),
    (
        "Ngày 22/12/1944, đồng chí Võ Nguyên Giáp đọc lời thề trong khu rừng Trần "
        "Hưng Đạo. 34 chiến sĩ, 34 khẩu súng."
    ),
    (
        "Thơ: Đêm nay rừng hoang sương muối,\nĐứng cạnh bên nhau chờ giặc tới\nĐầu "
        "súng trăng treo."
    ),
    (
        'Code mẫu: print("Xin chào"); if (x >= 10 && y != 0) { return x ?? 0; } Mã '
        "sự kiện: CĐS-2026/TQ_07."
    ),
    (
        "CLB STEM Trường THPT chuyên mời các bạn dự workshop “UI/UX cho người mới” "
        "với mentor Nguyễn Trần Khánh Vy (FPT), 14h00, thứ Bảy 28/11."
    ),
    (
        "Người Pà Thẻn, Pu Péo, La Chí, Cờ Lao, Lô Lô, Bố Y, Sán Dìu cùng sống trên "
        "mảnh đất này; có nơi còn viết là Pu Nà hay Dao Áo Dài."
    ),
    (
        "Cảnh báo: không bấm vào đường link lạ! Kẻ gian giả danh ngân hàng, hứa "
        '"trúng thưởng", mời chơi cờ bạc trên mạng rồi chiếm đoạt tiền.'
    ),
    (
        "Công an tỉnh vừa triệt phá đường dây đánh bạc, cá độ bóng đá trực tuyến, "
        "bắt 11 đối tượng. Tổng số tiền giao dịch hơn 200 tỷ đồng."
    ),
    (
        "Đài PT-TH huyện phát lúc 5h30' và 17h30'. Kênh FM 98,5 MHz; YouTube: "
        "@thanhdoan_tq."
    ),
    (
        "Bạn tôi, Björn (Thụy Điển), và cô giáo người Pháp Zoé học cách gói bánh "
        "chưng gù ở Đồng Văn. Bánh ngon quá!!! Thật không?! Thật mà…"
    ),
    (
        "Danh mục viết tắt: ATTT, CNTT, DVCTT, TTHC, UBND, HĐND, UBMTTQ, LHTN, LHPN, "
        "CCB, BCĐ 35, KT-XH, QP-AN."
    ),
    (
        "Điều 7. Hiệu lực thi hành\na) Quyết định này có hiệu lực kể từ ngày ký;\nb) "
        "Bãi bỏ Quyết định số 15/2020/QĐ-UBND;\nc) Các ông (bà) chịu trách nhiệm thi "
        "hành./."
    ),
    (
        "NSƯT Tạ Thị Bích Lộc hát “Xa khơi”; khán giả reo: “Hay! Hát nữa đi ạ!”. "
        "Suất diễn 20h, vé 0 đồng."
    ),
    (
        "Nhiệt độ xuống 3 °C tại Mèo Vạc; trâu, bò được che bạt, sưởi ấm. Hotline: "
        "0219 3866 xxx (giờ hành chính)."
    ),
    (
        "Em Ksor H'Bia (Gia Rai) và bạn K'Brêu (Cơ-ho) thi vẽ cùng em Thào Mí Sính; "
        "giải Nhất: 2.000.000đ."
    ),
    (
        "Cài app: vào Google Play/App Store → gõ “VNeID” → bấm “Cài đặt” → mở app. "
        "Lưu ý: app chính chủ do “Trung tâm dữ liệu quốc gia về dân cư” phát hành."
    ),
    (
        "Tỷ số 2–1 (hiệp một 0–0). Bàn thắng: Lò Văn Quý 57', Hoàng A Páo 83'; thẻ "
        "đỏ: không. Trận kế tiếp gặp U19 xã Bạch Xa."
    ),
    (
        "Trong ca dao có câu “Chồng em áo rách em thương / Chồng người áo gấm xông "
        "hương mặc người”."
    ),
    (
        "Mật khẩu mạnh ví dụ: Trau-Den*Leo_Nui#2026 (đừng dùng mật khẩu ví dụ này!). "
        "Sai quá 5 lần, tài khoản khoá 15'."
    ),
    (
        "HỘI NGHỊ TỔNG KẾT CÔNG TÁC ĐOÀN VÀ PHONG TRÀO THANH THIẾU NHI NĂM HỌC 2025 "
        "– 2026, TRIỂN KHAI NHIỆM VỤ NĂM HỌC MỚI"
    ),
    (
        "Bảng điểm: A+ ≥ 9,0; A: 8,5÷8,9; B+ (8,0–8,4). SV đạt 20/20 câu được cộng "
        "0,5đ. Ví dụ: (a+b)² = a² + 2ab + b²."
    ),
    (
        "Anh Giàng A Chớ kể về xổ số kiến thiết thời bao cấp: cả bản góp tiền mua "
        "một tờ vé, trúng cái phích nước. Ai cũng nhớ mãi chuyện ấy."
    ),
    (
        "Nguồn: Tuổi Trẻ Online, VTV24, Báo Tuyên Quang điện tử "
        "(baotuyenquang.com.vn); ảnh: N.V.H. – cộng tác viên. © BBT."
    ),
    (
        "Cách mạng 4.0, mạng 5G, đội H2O, lớp 10A1: ông T.Đ.N. và bà N.T.B. nói về "
        "“A.I.” và “s.o.s”; chọn A, B, C hay D?"
    ),
    (
        "Trò chơi ô chữ: C H U Y Ể N  Đ Ổ I  S Ố. Đội 1 đoán đúng 4 chữ cái, cả đó "
        "lẫn đây; cá đồng nướng, xô số 3, lò đề phòng cháy."
    ),
]

DIRTY = [
    (
        "lost",
        "Hội nghị s? k?t công tác Đoàn quý III di?n ra sáng nay.",
    ),
    (
        "lost",
        "Các bạn trẻ đã giúp bà con cài ??t ứng dụng VNeID t?i nhà văn hóa thôn.",
    ),
    (
        "lost",
        "H??ng ứng Ngày Chuyển đổi s? quốc gia 10/10, xã mở 4 điểm hỗ trợ.",
    ),
    (
        "lost",
        "Đoàn viên tình nguy\ufffdn trồng 500 cây xanh.",
    ),
    (
        "old_font",
        "§oµn thanh niªn x· tæ chøc líp häc kü n¨ng sè cho bµ con",
    ),
    (
        "old_font",
        "Tin vắn: Héi thi tin häc trÎ lÇn thø nhÊt thµnh c«ng tèt ®Ñp",
    ),
    (
        "old_font",
        "Ñoaøn thanh nieân xaõ toå chöùc lôùp hoïc kyõ naêng soá cho baø con",
    ),
    (
        "old_font",
        "Dòng đầu đọc được.\nNhöng doøng naøy thì khoâng ai ñoïc ñöôïc caû",
    ),
    (
        "old_font",
        "Thanh nieân tình nguyeän đến từng nhà.",
    ),
    (
        "encoding",
        "Tuá»•i tráº» xung kÃ\u00adch trong phong trÃ\u00a0o chuyá»ƒn Ä‘á»•i sá»‘",
    ),
    (
        "encoding",
        "Phát biểu: â€œChúng tôi rất vuiâ€\u009d, anh nói.",
    ),
    (
        "encoding",
        "Ã„â€˜Ã¡Â»â€¢i mới sáng tạo",
    ),
    (
        "encoding",
        "ThÃ nh Ä‘oÃ n phÃ¡t Ä‘á»™ng thi Ä‘ua",
    ),
    (
        "encoding",
        "BÃ¡o cÃ¡o káº¿t quáº£ thÃ¡ng 11",
    ),
    (
        "encoding",
        "ChuyÃ¡Â»Æ’n Ã„â€˜Ã¡Â»â€¢i sÃ¡Â»â€˜",
    ),
    (
        "encoding",
        (
            "H&#7885;c k&#7929; n&#259;ng s&#7889; c&#249;ng T&#7893; c&#244;ng "
            "ngh&#7879;"
        ),
    ),
    (
        "hard_space",
        "Đoàn\u00a0viên\u00a0thanh\u00a0niên\u00a0xã\u00a0tham\u00a0gia\u00a0đông\u00a0đủ",
    ),
    (
        "invisible",
        "Chuy\u200bển đ\u200bổi s\u200bố cho mọi người",
    ),
    (
        "invisible",
        "Lớp\u2060 học\ufeff miễn phí",
    ),
    (
        "invisible",
        "thanh\u00adniên xã",
    ),
    (
        "broken",
        (
            "Buổi lễ có sự tham gia của đông đảo đoàn viên tha\nnh niên và nhân dân "
            "trong xã."
        ),
    ),
    (
        "broken",
        "Các đội thi trình bày sản phẩm chuyển đổ\ni số trước ban giám khảo.",
    ),
    (
        "gambling",
        "t à i x ỉ u uy tín số 1, nạp rút 24/7, đăng ký nhận 88k",
    ),
    (
        "gambling",
        "Chơi ngay tại nhà c.á.i số một châu Á, thưởng nạp đầu 100%",
    ),
    (
        "gambling",
        "X.ổ s.ố miền Bắc – soi cầu lô đề hôm nay chuẩn 99%",
    ),
    (
        "gambling",
        "Link vào cá độ b0ng đá, kèo nhà cái trực tiếp, tỷ lệ kèo hôm nay",
    ),
    (
        "gambling",
        "Game bài đổi thưởng, nổ hũ, bắn cá ăn tiền, tải app nhận code",
    ),
    (
        "gambling",
        "TAI XIU ONLINE - NHA CAI UY TIN - DANG KY TANG 50K",
    ),
    (
        "gambling",
        "Xem kết quả xổ số, lô tô, quay thử: xsmb88.example",
    ),
    (
        "gambling",
        "Đánh b@c online, cas1no trực tuyến khuyến mãi hội viên mới",
    ),
]
