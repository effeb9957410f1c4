"""What does the tariff say?"""
