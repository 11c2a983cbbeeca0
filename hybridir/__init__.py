"""hybridir: how does cross-lingual retrieval scale with the number of training languages?"""

__version__ = "0.1.0"
