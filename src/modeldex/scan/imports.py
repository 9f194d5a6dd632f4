"""The platforms whose libraries, addresses or keys a file names: a hint where no more is told."""

from __future__ import annotations

import re

from modeldex.scan.contexts import PLATFORM

IMPORTS = (
    ("amazon-bedrock", (b"edrock",),
     re.compile(rb"bedrock-runtime|AnthropicBedrock|bedrock-sdk|BedrockRuntime|ChatBedrock|"
                rb"bedrock_runtime|aws_bedrock")),
    ("google-vertex-ai", (b"ertex", b"aiplatform"),
     re.compile(rb"\bvertexai\b|aiplatform|vertex\.ai|AnthropicVertex|vertex-sdk|ChatVertexAI|"
                rb"VertexAI\b")),
    ("gemini-api", (b"google", b"Google", b"GEMINI_API_KEY"),
     re.compile(rb"google\.generativeai|google\.genai|from google import genai|"
                rb"@google/generative-ai|@google/genai|generativelanguage\.google|"
                rb"ChatGoogleGenerativeAI|GEMINI_API_KEY")),
    ("azure-openai", (b"azure", b"Azure", b"AZURE_OPENAI"),
     re.compile(rb"AzureOpenAI|openai\.azure\.com|AzureChatOpenAI|AZURE_OPENAI|"
                rb"Azure\.AI\.OpenAI|azurerm_cognitive")),
    ("anthropic-api", (b"nthropic", b"ANTHROPIC_API_KEY"),
     re.compile(rb"(?m)api\.anthropic\.com|@anthropic-ai/sdk\b|ANTHROPIC_API_KEY|"
                rb"^\s*(?:import|from) anthropic\b|ChatAnthropic\b")),
    ("openai-api", (b"openai", b"OPENAI_API_KEY", b"ChatOpenAI"),
     re.compile(rb"(?m)api\.openai\.com|OPENAI_API_KEY|^\s*(?:import|from) openai\b|"
                rb"from ['\"]openai['\"]|require\(['\"]openai['\"]\)|ChatOpenAI\b")),
)  # fmt: skip
"""Platform, what a file must hold for the search to find anything, and the search itself."""


def platforms_imported(data: bytes) -> list[str]:
    """The platforms whose libraries, addresses or keys the file names."""
    names = [
        name
        for name, words, told in IMPORTS
        if any(word in data for word in words) and told.search(data)
    ]
    if b"AnthropicVertex" in data or b"AnthropicBedrock" in data:
        names = [name for name in names if name != "anthropic-api"]
    if "azure-openai" in names:
        names = [name for name in names if name != "openai-api"]
    if re.search(rb"vertexai\s*[=:]\s*[Tt]rue", data):
        names = [name for name in names if name != "gemini-api"]
    return [PLATFORM + name for name in names]
