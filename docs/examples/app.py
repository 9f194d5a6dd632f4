"""What docs/scan.md scans."""

from openai import OpenAI

answer = OpenAI().responses.create(model="gpt-4-0613", input="Hello")
print(answer.output_text)
