"""`python -m app.demo [--check]`: play a whole review cycle through, then serve it or report."""

import signal
import time
from collections.abc import Callable
from contextlib import suppress

import click

from app.config import ROOT
from app.demo import interviews as talks
from app.demo import story as acts
from app.demo.instance import DemoError, make_instance, running
from app.demo.story import Story
from app.demo.visitor import VisitError

PORTS = (8000, 1025, 8025)
ACTS: tuple[tuple[str, Callable[[Story], str]], ...] = (
    ("准备数据库与方案 Database and schemes", acts.prepare),
    ("导入人员 People in", acts.import_people),
    ("计划评价 Cycle planned", acts.plan_cycle),
    ("启动 Launched", acts.launch),
    ("填写 Forms filled in", acts.fill_in),
    ("催办 Whom to chase", acts.remind),
    ("关闭 Closed", acts.close),
    ("计算评分 Rated", acts.rate),
    ("发布结果 Released", acts.release),
    ("设置密码 Passwords set by mail", acts.set_passwords),
    ("开启面谈 Interviews opened", talks.open_interviews),
    ("面谈、签字、PDF Interviews held", talks.hold_interviews),
    ("改进计划 Plans followed up", talks.follow_up),
    ("归档 Archived", talks.archive),
    ("下一期草稿 Next cycle", acts.prepare_next),
)


@click.command()
@click.option("--check", is_flag=True, help="Verify every stage from outside, then stop.")
@click.option("--people", default=40, show_default=True, help="How many employees.")
@click.option("--seed", default=1, show_default=True, help="Another seed, another company.")
def main(check: bool, people: int, seed: int) -> None:
    """Play a whole review cycle through on realistic data."""
    began = time.monotonic()
    signal.signal(signal.SIGTERM, _stop)  # so that the demo's programs end with it
    instance = make_instance(ROOT / "instance" / "demo", ports=PORTS)
    story = Story(instance=instance, people=people, seed=seed, say=click.echo, tick=lambda: None)
    try:
        acts.prepare(story)
        with running(instance):
            play(story)
            if check:
                return report(story, began)
            serve(story)
    except (DemoError, VisitError) as failure:
        click.echo(f"demo: {failure}", err=True)
        click.echo(f"demo: logs are in {instance.folder.relative_to(ROOT)}", err=True)
        raise SystemExit(1) from failure


def _stop(_signal: int, _frame: object) -> None:
    raise SystemExit(128 + signal.SIGTERM)


def play(story: Story) -> None:
    """One act after the other, with a line for each."""
    for number, (title, act) in enumerate(ACTS[1:], start=1):
        started = time.monotonic()
        outcome = act(story)
        seconds = time.monotonic() - started
        click.echo(f"[{number:2}/{len(ACTS) - 1}] {title}: {outcome} ({seconds:.1f} s)")


def report(story: Story, began: float) -> None:
    """The closing line of --check."""
    seconds = time.monotonic() - began
    click.echo(
        f"demo ok: {story.forms} forms, {story.ratings} ratings, {story.records} records "
        f"in {seconds:.0f} s"
    )


def serve(story: Story) -> None:
    """Print where to look and as whom, then stay until Ctrl-C."""
    one = story.reviewed[0]
    signs_in = (
        ("HR", acts.HR_ADDRESS, "/hr"),
        ("上级 Manager", one.manager_email, "/m"),
        ("员工 Employee", one.email, "/me"),
    )
    click.echo(f"\n密码 Password: {acts.PASSWORD}")
    for role, email, page in signs_in:
        click.echo(f"  {role:14} {email:40} {story.instance.site}{page}")
    click.echo(f"  {'邮箱 Mailbox':14} {'(every letter)':40} {story.instance.mailbox_site}")
    click.echo("Ctrl-C 结束 stops it.\n")
    click.echo(story.instance.site)
    with suppress(KeyboardInterrupt):
        signal.pause()


if __name__ == "__main__":
    main()
