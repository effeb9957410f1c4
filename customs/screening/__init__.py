"""Does a party's name resemble that of somebody on a list of restricted parties?"""
