"""English function words.

Written for the way TextCleaner treats apostrophes ("they'll" becomes ``they ll``, or
``they 'll`` with punctuation split): the endings are in the list, and no shortened form
in it can be taken for another word ("he'll" does not remove "hell", as in lists without
apostrophes).
Negations (no, not, never, don't) are left out on purpose: they turn the meaning of a
review or a tweet, and removing them costs accuracy.
"""

_WORDS = """
    a an the

    i me my mine myself we us our ours ourselves you your yours yourself yourselves
    he him his himself she her hers herself it its itself
    they them their theirs themselves one ones oneself
    this that these those who whom whose which what whoever whatever whichever
    someone somebody something anyone anybody anything everyone everybody everything

    am is are was were be been being have has had having do does did doing done
    can could may might must shall should will would ought

    s m d ll re ve im ive youre youve youll youd hes shes thats theyre theyve theyll
    weve whats whos theres heres lets gonna gotta wanna
    's 'm 'd 'll 're 've

    about above across after against along amid among around as at before behind below
    beneath beside besides between beyond by despite down during except for from in
    inside into like near of off on onto out outside over past per since than through
    throughout till to toward towards under underneath until unto up upon via with
    within

    and or but if because while although though unless whereas whether so yet

    here there where when why how everywhere somewhere anywhere wherever whenever
    now then again also already always ever just once only still too very quite rather
    almost even else maybe perhaps really

    all any both each either every few many more most much other others another own
    same several some such enough
"""

ENGLISH_STOP_WORDS = frozenset(_WORDS.split())
