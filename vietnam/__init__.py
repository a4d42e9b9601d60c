"""What is Vietnamese: text, names, phones, dates, hours and Tết.

Pure Python without models; importable without Django settings.
"""
