"""Measurements that a promise of the product rests on; run by script/bench."""
