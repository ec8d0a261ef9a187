"""``gitopssets validate``."""

from __future__ import annotations

import click

from gitopssets_provider.cli import options

__all__ = ["command"]


@click.command("validate")
@options.expansion
@options.output("text", "json")
def command(*, flags: options.ExpansionFlags, form: str) -> int:
    """Report everything that is wrong with definitions and what they expand to.

    Definitions that are valid are expanded, so that files, clusters, templates and objects are checked as well.
    """
    from gitopssets_provider.cli.expansion import ground
    from gitopssets_provider.cli.faults import report_fault
    from gitopssets_provider.errors import GitOpsSetsError
    from gitopssets_provider.report.findings import findings_json, plan_lines

    try:
        with ground(flags) as found:
            plan = found.plan()
    except GitOpsSetsError as error:
        if form == "json":
            click.echo(findings_json(error.problems, ()))
            return error.exit_code
        return report_fault(error)
    if form == "json":
        click.echo(findings_json((), plan.sets))
    else:
        for line in plan_lines(plan.sets):
            click.echo(line)
    return 0
