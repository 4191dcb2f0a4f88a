"""Train the byte-level BPE tokenizer on captions and on every emoji name, and write tokenizer.json."""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

PAD, BOS, EOS, LENGTH = 0, 1, 2, 32


class Captions:
    """Encode captions to int arrays of LENGTH, padded, never longer."""

    def __init__(self, path: str | Path) -> None:
        from tokenizers import Tokenizer
        self.inner = Tokenizer.from_file(str(path))
        self.size = self.inner.get_vocab_size()

    def encode(self, captions: list[str]) -> np.ndarray:
        """int64 [n, LENGTH]; a caption that is too long loses its end but keeps the closing token."""
        out = np.full((len(captions), LENGTH), PAD, np.int64)
        for row, encoding in zip(out, self.inner.encode_batch(captions)):
            ids = encoding.ids if len(encoding.ids) <= LENGTH else encoding.ids[:LENGTH - 1] + [EOS]
            row[:len(ids)] = ids
        return out


def main() -> None:
    """Train and save."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, decoders, trainers
    from scenes import World
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--art", required=True)
    parser.add_argument("--labels", required=True, help="package/en/data.json of emojibase-data")
    parser.add_argument("--work", required=True)
    parser.add_argument("--vocabulary", type=int, default=2048)
    parser.add_argument("--out", default="../models/tokenizer.json")
    args = parser.parse_args()
    world = World(args.art, args.work)
    rng = np.random.default_rng(5)
    corpus = [world.sample(rng, 0.4).caption for _ in range(20000)]
    for item in json.loads(Path(args.labels).read_text()):
        if item.get("group") not in (2, 9, None):
            corpus += [item["label"]] * 12 + [t for t in item.get("tags", [])] * 2
    for name in [o["name"] for o in world.objects]:
        corpus += [name, name + "s"] * 25
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex("\\s+"), " "), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=args.vocabulary, special_tokens=["<pad>", "<s>", "</s>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                                  min_frequency=8, show_progress=False)
    tokenizer.train_from_iterator(corpus, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=[("<s>", BOS), ("</s>", EOS)])
    Path(args.out).parent.mkdir(parents=True, exist_ok=True)
    tokenizer.save(args.out)
    config = {"tokenizer_class": "PreTrainedTokenizer", "bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "model_max_length": LENGTH,
              "padding_side": "right", "clean_up_tokenization_spaces": False}
    Path(args.out).with_name("tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n")
    print(tokenizer.get_vocab_size(), "tokens")
    for text in ["a red apple on a blue background", "three strawberries", "Ünknown Wörld 漢字"]:
        print(tokenizer.encode(text).tokens)


if __name__ == "__main__":
    main()
