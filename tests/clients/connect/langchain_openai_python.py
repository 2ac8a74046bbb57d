import os

from langchain_openai import ChatOpenAI, OpenAIEmbeddings

server = {"base_url": os.environ["LEYENDA_URL"], "api_key": os.environ["LEYENDA_KEY"]}
chat = ChatOpenAI(model="full", **server)
embeddings = OpenAIEmbeddings(model="full", check_embedding_ctx_length=False, **server)
