"""What a new portal offers help with, until its people change the rows."""

NAMES = [
    "Cài đặt và dùng VNeID",
    "Nộp hồ sơ dịch vụ công trực tuyến",
    "Sổ sức khỏe điện tử",
    "Tài khoản và thanh toán điện tử",
    "App Thanh niên Việt Nam",
    "Bán nông sản trên mạng",
    "An toàn trên mạng, nghi bị lừa đảo",
    "Điện thoại, mạng Internet",
    "Việc khác",
]
