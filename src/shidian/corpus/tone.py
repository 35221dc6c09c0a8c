"""The tone of a document toward a theme: it supports, it regulates, or it suppresses; with the sentence that shows it most.

A clause that names the theme is read for what is done to it: words of support, of rule, of suppression. What is refused turns round:
不得限制新能源汽车 supports. A word in the same clause as the theme counts fully, in the rest of the sentence by a third.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .roles import Sentence, sentences
from .terms import Hit, lowered

SUPPORTIVE, REGULATORY, SUPPRESSIVE, NEUTRAL = "supportive", "regulatory", "suppressive", "neutral"
TONES = (SUPPORTIVE, REGULATORY, SUPPRESSIVE, NEUTRAL)
BESIDE = 1 / 3  # weight of a word that stands in another clause of the sentence than the theme

_WORDS = {
    SUPPORTIVE: re.compile(
        r"支持|鼓励|促进|推广|推动|推进|加快|加大|扩大|培育|壮大|发展|补贴|补助|奖励|奖补|优惠|免征|减征|减免|免收|优先|便利|"
        r"引导|激励|打造|扶持|提升|开展|建设|落实|贯彻|对接|不限行|不限购|"
        r"support|promot|encourag|foster|accelerat|expand|subsid|incentiv|exempt|prefer"
    ),
    REGULATORY: re.compile(
        r"规范|监管|监督|应当|必须|准入|备案|登记|许可|审批|检查|检验|检测|标准|管理|召回|回收|责令|强制|符合|条件|资质|安全|"
        r"责任|追溯|regulat|supervis|licen[cs]|standard|shall\b|must\b|require|recall"
    ),
    SUPPRESSIVE: re.compile(
        r"禁止|严禁|限制|取缔|淘汰|查处|整治|清理|遏制|停止|暂停|不得|打击|关停|停产|停售|禁售|禁行|限行|限购|扣留|没收|处罚|"
        r"拆除|退坡|取消|ban\b|bann|prohibit|restrict|phase out|forbid|crack|suppress|eliminat"
    ),
}  # fmt: skip
_TURNED = re.compile(
    r"(?:不得|严禁|禁止|取消|破除|清理|放宽|不|解除|废除|停止|杜绝)[^，。；]{0,12}?(?:限制|限行|限购|禁止|歧视|地方保护|壁垒|"
    r"排斥|设置)|不限行|不限购|取消[^，。；]{0,10}(?:限制|目录|门槛)"
)
_CLAUSES = re.compile(r"[，、：,:]")


@dataclass(frozen=True)
class Tone:
    """A tone, how much of the weight it has (0 to 1), and the sentence of the text in which it is strongest."""

    tone: str
    share: float
    start: int = -1
    end: int = -1
    quote: str = ""


def tone_toward(text: str, hits: list[Hit]) -> Tone | None:
    """The tone of a text toward what the hits name; None where there are no hits, neutral where no word says more."""
    if not hits:
        return None
    sums = dict.fromkeys(_WORDS, 0.0)
    best: dict[str, tuple[float, Sentence]] = {}
    for sentence in sentences(text, hits, "THEME"):
        for tone, weight in _weights(lowered(sentence.marked)).items():
            sums[tone] += weight
            if weight > best.get(tone, (0.0, sentence))[0]:
                best[tone] = (weight, sentence)
    whole = sum(sums.values())
    if not whole:
        return Tone(NEUTRAL, 1.0)
    tone = max(sums, key=lambda name: sums[name])
    shown = best[tone][1]
    return Tone(tone, sums[tone] / whole, shown.start, shown.end, shown.quote)


def _weights(marked: str) -> dict[str, float]:
    """What one sentence says, by tone; a refusal of what would hinder counts as support, and its words not again."""
    weights = dict.fromkeys(_WORDS, 0.0)
    for clause in _CLAUSES.split(marked):
        near = 1.0 if "theme" in clause else BESIDE
        weights[SUPPORTIVE] += near * len(_TURNED.findall(clause))
        rest = _TURNED.sub("", clause)
        for tone, pattern in _WORDS.items():
            weights[tone] += near * len(pattern.findall(rest))
    return weights
