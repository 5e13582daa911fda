"""Articles: from what authors write to what readers see.

| module | what |
|---|---|
| about | the facts that an article may cite |
| writing | a small Markdown to safe HTML and plain text |
| printing | title, lead, body and photos put together |
| photos | what an uploaded photo becomes |
"""
