import os

import openai

client = openai.OpenAI(base_url=os.environ["LEYENDA_URL"], api_key=os.environ["LEYENDA_KEY"])
