"""Who puts which instrument in force, where and when.

`replay` is the regime `historical`: what a case's timeline says was done. Worlds stand below and only see the policies.

The loop of the abstract world: read `cycle`, then its stages `mission`, `experiment` (with `sites`), `monitoring`, `appraisal`,
`selection`, `adjustment`; `reports` is all that crosses from the ground to the centre, `regimes` holds the rules as data.
"""
