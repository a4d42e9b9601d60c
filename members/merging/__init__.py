"""Before two records become one: who may be doubles, and what a merge would do."""
