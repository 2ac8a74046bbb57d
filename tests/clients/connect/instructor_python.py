import os

import instructor
import openai

client = openai.OpenAI(base_url=os.environ["LEYENDA_URL"], api_key=os.environ["LEYENDA_KEY"])
typed = instructor.from_openai(client)
