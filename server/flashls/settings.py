"""One frozen Settings: its defaults, and the meaning, range and unit of each setting.

The package ``sources`` says where values come from, which one wins, and who may set what. The reference page
``docs/settings.md`` is generated from this module.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Names = tuple[str, ...]
TaskName = Literal["complete", "explain", "fix", "document", "test", "generate", "review", "ask", "commit"]

# What is asked when nobody chooses: a fast model as you type, a larger one to explain; the small ones run here.
OUR_MODELS: Names = (
    "gemini/gemini-3.5-flash-lite",
    "gemini/gemini-3.8-flash",
    "local/qwen2.5-coder-0.5b",
    "local/qwen2.5-coder-1.5b",
)


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A group of settings: a table of ``config.toml``."""


class Complete(Section, frozen=True):
    """Completions as you type."""

    enabled: Annotated[bool, Meta(description="Whether to suggest unasked.")] = True
    debounce_ms: Annotated[
        Annotated[int, Meta(ge=0, le=5000)] | Literal["auto"],
        Meta(
            description="The longest pause in typing, in milliseconds, before a model is asked, at most 5000; 0 asks "
            "at once. `auto` goes by your own pace, and asks unasked only where that pays."
        ),
    ] = "auto"
    speculate: Annotated[
        Literal["auto", "on", "off"],
        Meta(
            description="Whether what comes after a suggestion is found out before that is taken: `auto` where that "
            "costs nothing, `on` also where it does, for at most one suggestion in four."
        ),
    ] = "auto"
    multiline: Annotated[bool, Meta(description="Whether a suggestion may span several lines.")] = True
    comments: Annotated[bool, Meta(description="Whether to suggest unasked within comments.")] = True
    max_tokens: Annotated[int, Meta(ge=1, le=4096, description="The longest reply to ask for, in tokens.")] = 256
    several: Annotated[
        int, Meta(ge=1, le=3, description="How many different suggestions there are at most where you ask for one.")
    ] = 3
    timeout_s: Annotated[float, Meta(gt=0, le=120, description="Seconds after which a suggestion comes too late.")] = 15
    hedge: Annotated[
        bool,
        Meta(description="Whether to ask the next model too when a completion's first token is unusually late."),
    ] = False


class Languages(Section, frozen=True):
    """Languages, by their LSP language id."""

    off: Annotated[Names, Meta(description="Languages that get no suggestions.")] = ()


class Paths(Section, frozen=True):
    """Paths, as .gitignore patterns relative to the workspace."""

    off: Annotated[Names, Meta(description="Files that get no suggestions and that no model ever sees.")] = ()


class Models(Section, frozen=True):
    """Which models each task uses, as ``provider/model``: the first is asked, the next where it fails.

    An empty list chooses by itself: Gemini if there is a key, else the embedded model. All tasks but completions do as
    ``explain`` says unless they say something themselves.
    """

    complete: Annotated[Names, Meta(description="Models for completions.")] = ()
    explain: Annotated[Names, Meta(description="Models for explanations, and for what follows.")] = ()
    fix: Annotated[Names, Meta(description="Models for fixes.")] = ()
    document: Annotated[Names, Meta(description="Models for doc comments.")] = ()
    test: Annotated[Names, Meta(description="Models for tests.")] = ()
    generate: Annotated[Names, Meta(description="Models for code from an instruction.")] = ()
    review: Annotated[Names, Meta(description="Models for reviews.")] = ()
    ask: Annotated[Names, Meta(description="Models for questions about the workspace.")] = ()
    commit: Annotated[Names, Meta(description="Models for commit messages.")] = ()


class Price(Section, frozen=True):
    """US dollars per million tokens; ``cached`` and ``cache_write`` are ``input`` where nothing is said."""

    input: Annotated[float, Meta(ge=0)]
    output: Annotated[float, Meta(ge=0)]
    cached: Annotated[float, Meta(ge=0)] | None = None
    cache_write: Annotated[float, Meta(ge=0)] | None = None


class Provider(Section, frozen=True):
    """An endpoint: how to reach the models named ``NAME/...``.

    A name of your own, with a ``base_url``, is an endpoint that speaks OpenAI's format unless ``wire`` says another.
    """

    base_url: Annotated[str, Meta(description="The endpoint's address; empty for the provider's own.")] = ""
    key_env: Annotated[
        str, Meta(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$", description="The environment variable that holds the key.")
    ] = ""
    wire: Annotated[
        Literal["", "openai", "anthropic", "gemini", "ollama", "llamacpp"],
        Meta(description="The wire format of an endpoint with a name of your own."),
    ] = ""
    dialect: Annotated[
        str,
        Meta(
            description="How its models fill in the middle, where the name does not tell: `qwen`, `codeqwen`, "
            "`starcoder`, `starcoder2`, `codellama`, `deepseek`, `codestral`, `granite`, `granite4`, `codegemma`; "
            "`suffix` as the server knows, `chat` in words."
        ),
    ] = ""
    project: Annotated[str, Meta(description="For `vertex`: the Google Cloud project; empty asks the credentials.")] = (
        ""
    )
    location: Annotated[str, Meta(description="For `vertex`: the region, or `global`.")] = "global"
    requests_per_minute: Annotated[
        int, Meta(ge=0, description="The most requests a minute, by editor; 0: no limit.")
    ] = 0
    tokens_per_minute: Annotated[int, Meta(ge=0, description="The most tokens a minute, by editor; 0: no limit.")] = 0
    streams: Annotated[int, Meta(ge=1, le=1000, description="The most requests at the same time.")] = 16
    prices: Annotated[
        dict[str, Price],
        Meta(description="Prices by model, in US dollars per million tokens, where the catalog has none or another."),
    ] = {}
    replies: Annotated[str, Meta(description="For `scripted`: the JSON file with its replies.")] = ""


class Budget(Section, frozen=True):
    """The most that models may cost, in US dollars. At 80 % there is a notice; at 100 % paid models stop."""

    daily_usd: Annotated[float, Meta(ge=0, description="The most a day (UTC); 0 for no limit.")] = 0
    monthly_usd: Annotated[float, Meta(ge=0, description="The most a calendar month (UTC); 0 for no limit.")] = 0
    per_task: Annotated[
        dict[TaskName, Annotated[float, Meta(ge=0)]],
        Meta(description="The most a day for single tasks, such as `{ complete = 0.5 }`; 0: nothing."),
    ] = {}


class Network(Section, frozen=True):
    """How the endpoints are reached."""

    proxy: Annotated[
        str, Meta(description="The HTTP proxy, such as `http://proxy:3128`; empty for what the environment says.")
    ] = ""
    ca_bundle: Annotated[str, Meta(description="A file of certificates (PEM) to trust besides the system's own.")] = ""
    plain_http: Annotated[
        bool,
        Meta(description="Whether endpoints elsewhere may be reached without TLS, where all can be read on the way."),
    ] = False


class Cache(Section, frozen=True):
    """Finished replies, kept on disk."""

    enabled: Annotated[bool, Meta(description="Whether to keep replies.")] = True
    size_mb: Annotated[int, Meta(ge=1, le=10_000, description="The most disk space to use, in megabytes.")] = 200
    ttl_days: Annotated[float, Meta(gt=0, le=3650, description="Days after which a reply is forgotten.")] = 30


class Index(Section, frozen=True):
    """What is known of the workspace's files: kept on disk, made by a process of its own that gives way to others."""

    enabled: Annotated[bool, Meta(description="Whether to index the workspace.")] = True
    max_file_kb: Annotated[
        int, Meta(ge=1, le=100_000, description="The longest file to index, in kilobytes; longer ones are passed over.")
    ] = 1000


class Fix(Section, frozen=True):
    """Fixes, and the tools that check them before they are applied.

    A tool is run only if it is on `$PATH` and not a file of the workspace.
    """

    tools: Annotated[
        Names,
        Meta(
            description="The tools that may run to check a fix. They read the code and its settings and run none of it."
        ),
    ] = ("ruff", "pyright", "gofmt", "go build", "go vet", "shellcheck", "tsc")
    background: Annotated[
        bool,
        Meta(description="Whether to look for fixes unasked, so that the lightbulb shows those already checked."),
    ] = False
    timeout_s: Annotated[float, Meta(gt=0, le=600, description="Seconds that a tool may take.")] = 30


class Editor(Section, frozen=True):
    """What editors show besides. The command `flashls.show` switches it for one editor window."""

    hover: Annotated[
        bool,
        Meta(description="Whether hovering shows the brief explanations asked for before. It never asks for one."),
    ] = False
    code_lens: Annotated[
        bool, Meta(description="Whether `explain` and `review` stand above functions and classes.")
    ] = False


class Arm(Section, frozen=True, omit_defaults=True):
    """What is different in one arm; what it says nothing of is as in the other settings."""

    models: Annotated[Names, Meta(description="Models for completions.")] = ()
    prompts: Annotated[
        str, Meta(description="A folder with a `complete.md` of its own, beginning where `config.toml` is.")
    ] = ""
    max_tokens: Annotated[
        Annotated[int, Meta(ge=1, le=4096)] | None, Meta(description="The longest reply to ask for, in tokens.")
    ] = None
    prefix: Annotated[
        Annotated[int, Meta(ge=1)] | None, Meta(description="Tokens of the file that are shown before the cursor.")
    ] = None
    suffix: Annotated[
        Annotated[int, Meta(ge=0)] | None, Meta(description="Tokens of the file that are shown after it.")
    ] = None
    extra: Annotated[
        Annotated[int, Meta(ge=0)] | None, Meta(description="Tokens of other code that is shown besides.")
    ] = None


class Experiment(Section, frozen=True):
    """Two or more ways to complete, compared in your own work: each editor window belongs to one, by chance.

    `flashls stats` tells of each arm how often its suggestions are accepted, how long they take, and what they cost.
    There is no experiment while the command line or the editor chooses the model, where the arms differ in that; a
    lower limit set there holds in each arm.
    """

    name: Annotated[str, Meta(description="The experiment's name; with another one all windows are dealt anew.")] = ""
    arms: Annotated[
        dict[str, Arm], Meta(description="The arms by name, each a table `[experiment.arms.NAME]`; two at least.")
    ] = {}


class Trust(Section, frozen=True):
    """Whose code may run here. Tools with plugins, and tests, run a repository's own code: they need this."""

    roots: Annotated[
        Names, Meta(description="Folders whose workspaces may run their own code: plugins of tools, and tests.")
    ] = ()


class Settings(Section, frozen=True):
    """Everything a user can set."""

    complete: Complete = Complete()
    languages: Languages = Languages()
    paths: Paths = Paths()
    models: Models = Models()
    cache: Cache = Cache()
    index: Index = Index()
    budget: Budget = Budget()
    network: Network = Network()
    fix: Fix = Fix()
    editor: Editor = Editor()
    trust: Trust = Trust()
    experiment: Experiment = Experiment()
    providers: Annotated[
        dict[str, Provider], Meta(description="Endpoints by provider name, each a table `[providers.NAME]`.")
    ] = {}
