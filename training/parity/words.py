"""Small tokenizers in the files that the layout has: CLIP's vocab.json and merges.txt, T5's tokenizer.json."""

import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import CLIPTokenizer, T5TokenizerFast

CORPUS = [
    "a photo of a red apple on a blue table", "a painting of a green tree in the snow",
    "an oil painting of a small house by the sea at night", "a cat sitting on a wooden chair",
    "a dog running through a yellow field of flowers", "a white boat on a dark lake, misty morning",
    "blurry, low quality, watermark, text", "portrait of an old man with a long beard, highly detailed",
    "the moon over the mountains, stars, digital art", "a bowl of fruit, still life, soft light",
]
LENGTH = 77


def clip_files(folder: Path, pad: str):
    """Byte-level BPE with an end-of-word mark, in the order of openai/CLIP: 256 bytes, 256 at ends, merges, two marks."""
    folder.mkdir(parents=True, exist_ok=True)
    bytes_in_order = list(pre_tokenizers.ByteLevel.alphabet())
    printable = [chr(b) for b in [*range(33, 127), *range(161, 173), *range(174, 256)]]
    order = printable + sorted(set(bytes_in_order) - set(printable))
    words = [word.strip(",") for line in CORPUS for word in line.split()]
    pieces = [[*word[:-1], word[-1] + "</w>"] for word in words]
    merges = []
    for _ in range(90):
        counts = {}
        for piece in pieces:
            for pair in zip(piece, piece[1:]):
                counts[pair] = counts.get(pair, 0) + 1
        if not counts:
            break
        best = max(sorted(counts), key=counts.get)
        merges.append(best)
        for piece in pieces:
            i = 0
            while i < len(piece) - 1:
                if (piece[i], piece[i + 1]) == best:
                    piece[i : i + 2] = [best[0] + best[1]]
                i += 1
    tokens = order + [c + "</w>" for c in order] + [a + b for a, b in merges] + ["<|startoftext|>", "<|endoftext|>"]
    vocab = {token: i for i, token in enumerate(tokens)}
    (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False) + "\n")
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    special = {"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>", "pad_token": pad}
    (folder / "special_tokens_map.json").write_text(json.dumps(special, indent=2) + "\n")
    config = special | {"model_max_length": LENGTH, "do_lower_case": True, "tokenizer_class": "CLIPTokenizer"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    return CLIPTokenizer.from_pretrained(str(folder))


def t5_files(folder: Path, length: int):
    """SentencePiece-like Unigram as T5's own tokenizer.json."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=160, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    text = json.loads((folder / "tokenizer.json").read_text())
    (folder / "tokenizer.json").write_text(json.dumps(text, ensure_ascii=False) + "\n")
    special = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
    (folder / "special_tokens_map.json").write_text(json.dumps(special, indent=2) + "\n")
    config = special | {"model_max_length": length, "tokenizer_class": "T5Tokenizer", "extra_ids": 0}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), model_max_length=length, **special)
