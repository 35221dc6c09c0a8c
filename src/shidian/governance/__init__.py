"""Who puts which instrument in force, where and when.

`replay` is the regime `historical`: what a case's timeline says was done. Worlds stand below and only see the policies.
"""
