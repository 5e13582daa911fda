"""Names for the demo."""

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô")
MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Quang", "Thanh", "Ngọc")
GIVEN = ("An", "Ánh", "Bảo", "Châu", "Dũng", "Đạt", "Hà", "Hòa", "Khánh", "Lan", "Nam", "Phúc", "Tâm", "Yến")


def people():
    """Endless persons, the same in every demo. They have no e-mail: a past conference writes to nobody."""
    for number in range(10**6):
        name = (FAMILY[number % 11], MIDDLE[number % 7], GIVEN[number * 5 % 14])
        yield {
            "honorific": "bà" if name[1] == "Thị" else "đồng chí",
            "full_name": " ".join(name),
            "phone": f"09{number % 10**8:08}",
        }
