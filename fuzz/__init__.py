"""`make fuzz`: simulated files, damaged in a thousand ways, are refused, or read as an independent reader reads them.

Nothing else may happen: no crash, no hang, and no cell that stands otherwise in the file than in what was read.
"""
