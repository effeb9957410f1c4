"""Where does it ship from, in what box, and what comes back?"""
