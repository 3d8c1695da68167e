import pytest

from flashls.models.endpoints import address, endpoint_of


@pytest.mark.parametrize(
    ("base_url", "title", "length", "holes"),
    [
        ("https://api.openai.com/v1", "OpenAI", "max_completion_tokens", None),
        ("https://api.xroute.ai/openai/v1/", "XRoute", "max_tokens", None),
        ("https://openrouter.ai/api/v1", "OpenRouter", "max_tokens", None),
        ("https://generativelanguage.googleapis.com/v1beta/openai/", "Gemini", "max_tokens", None),
        ("https://codestral.mistral.ai/v1", "Mistral", "max_tokens", "/v1/fim/completions"),
        ("https://api.deepseek.com", "DeepSeek", "max_tokens", "/beta/completions"),
        ("https://mine.openai.azure.com/openai/v1?api-version=1", "Azure", "max_completion_tokens", None),
        ("http://127.0.0.1:8000/v1", "", "max_tokens", "completions"),
        ("http://[bad", "", "max_tokens", "completions"),
        ("http://api.openai.com.evil.example/v1", "", "max_tokens", "completions"),
    ],
)
def test_rows(base_url: str, title: str, length: str, holes: str | None) -> None:
    row = endpoint_of(base_url)
    assert (row.title, row.length, row.holes) == (title, length, holes)


@pytest.mark.parametrize(
    ("base_url", "path", "url"),
    [
        ("https://api.openai.com/v1", "chat/completions", "https://api.openai.com/v1/chat/completions"),
        ("https://api.xroute.ai/openai/v1/", "models", "https://api.xroute.ai/openai/v1/models"),
        ("http://localhost:1234", "completions", "http://localhost:1234/v1/completions"),
        ("http://localhost:1234/", "completions", "http://localhost:1234/v1/completions"),
        ("http://me:pw@h?a=1", "completions", "http://me:pw@h/v1/completions?a=1"),
        ("https://api.deepseek.com", "/beta/completions", "https://api.deepseek.com/beta/completions"),
        ("https://api.mistral.ai/v1", "/v1/fim/completions", "https://api.mistral.ai/v1/fim/completions"),
        ("https://generativelanguage.googleapis.com/v1beta/openai/", "models",
         "https://generativelanguage.googleapis.com/v1beta/openai/models"),
    ],
)  # fmt: skip
def test_addresses(base_url: str, path: str, url: str) -> None:
    assert address(base_url, path) == url
