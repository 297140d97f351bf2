"""The least that Flask can serve: the unit in which the cost of a response is told."""

from flask import Flask

app = Flask("bare")


@app.get("/")
@app.get("/healthz")
def page() -> str:
    return "<!doctype html><title>Bare</title><p>Nothing is read, nothing is asked."
