"""The archive package of a conference that is over: one ZIP with an index page that opens without a network.

``contents`` says what there is and makes each file when its turn comes; ``packing`` orders, makes and removes packages.
"""
