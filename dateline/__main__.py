"""Entry point for `dateline` and `python -m dateline`"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

# Command: where it is, and its line in the list; a command's module is read when the command is run.
COMMANDS = {
    "demo": ("service:demo", "Run the daemon against a small simulated web on this machine."),
    "up": ("service:up", "Run the daemon."),
    "once": ("service:once", "Visit what is due, work everything off, exit."),
    "status": ("health:status", "What the daemon does, what is wrong, and what to do about it."),
    "doctor": ("health:doctor", "Prove from the store that nothing is lost, doubled or stuck."),
    "why": ("pages:why", "The whole life of one URL on one screen."),
    "portals": ("portals:portals", "The news sites that are followed."),
    "recrawl": ("pages:recrawl", "Fetch known pages again."),
    "reprocess": ("pages:reprocess", "Clean kept bytes again, without the network."),
    "failures": ("failures:failures", "Jobs that ended in an error: list, replay, dismiss."),
    "story": ("stories:story", "A story and its copies: show, explain, pin."),
    "clean": ("cleaning:clean", "What is kept of a page, and why."),
    "sql": ("database:sql", "Ask the store a question in SQL, without changing it."),
    "backup": ("database:backup", "Write the whole store as one file."),
    "restore": ("database:restore", "Fill an empty store from a backup."),
    "db": ("database:db", "Bring the store to the newest schema, or copy it elsewhere."),
    "recover": ("service:recover", "Fill an emptied queue again from the store."),
    "crawler": ("service:crawler", "Run a crawler alone."),
    "worker": ("service:worker", "Run one worker on one queue."),
    "scheduler": ("service:scheduler", "Run the scheduler alone."),
}


class Commands(click.Group):
    """Reads a command's module only when the command is asked for."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """All of them, the usual first."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(f"dateline.cli.{module}"), attribute)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """A misspelt command is answered with the nearest ones."""
        import difflib

        if args and args[0] not in COMMANDS and (near := difflib.get_close_matches(args[0], COMMANDS)):
            ctx.fail(f"no such command {args[0]!r}; did you mean {' or '.join(near)}?")
        return super().resolve_command(ctx, args)


def _say_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        from storage.telemetry import version

        click.echo(f"dateline {version()}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--settings", "path", type=click.Path(path_type=Path), help="The settings file instead of dateline.toml.")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_say_version, help="Say which.")
@click.pass_context
def dateline(ctx: click.Context, path: Path | None) -> None:
    """Follow news portals, keep clean articles, and know which are copies of which.

    \b
    First look:     dateline demo
    Your portals:   dateline portals add https://www.example.org/ && dateline up
    What goes on:   dateline status
    Why a URL is or isn't there:  dateline why URL
    """
    from storage import config, telemetry

    ctx.obj = config.load(path)
    telemetry.set_up_logs(ctx.obj.log_level, ctx.obj.log_format)


def main() -> None:
    """Run the command; an error that we raise on purpose is a message, not a traceback."""
    from storage.errors import DatelineError

    try:
        dateline(prog_name="dateline")
    except DatelineError as error:
        click.echo(f"dateline: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
