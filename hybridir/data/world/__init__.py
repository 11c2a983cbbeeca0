"""The artificial world: seeded languages in which the truth about every pair is known.

From left to right: `config` and `dice` (what is asked, and chance), `phonology` and `scripts` (sound
and letter), `roster` (which languages there are), `concepts` and `lexicon` (meanings and their
words), `names`, `facts` (articles and questions, in no language yet) and `grammar` (said in one).
"""
