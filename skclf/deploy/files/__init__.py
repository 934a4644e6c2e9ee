"""Files of rows, labelled from one end to the other."""
