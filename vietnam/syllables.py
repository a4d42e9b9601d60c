"""What a written Vietnamese syllable is: onset, rime, tone.

Tells a damaged word ("chuy??n", "ChuyÓn") from a name, an English word or code: what
was Vietnamese becomes a syllable again, the rest never does. Facts of the
orthography, as school grammars list them; about names of other peoples of Việt Nam
(H'Hen, Đắk) it only says that they are no Vietnamese syllable.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from vietnam.fold import nfc
from vietnam.tones import split_tone

VOWELS = "aăâeêioôơuưy"
_ONSETS = (
    *("", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n"),
    *("ng", "ngh", "nh", "p", "ph", "qu", "r", "s", "t", "th", "tr", "v", "x"),
)  # fmt: skip
_RIMES_TEXT = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu y yêm yên yêng yêt yêu
o oc oi om on ong ooc oong op ot oa oac oach oai oam oan oang oanh oao oap oat oay
oăc oăm oăn oăng oăt oe oem oen oeo oet ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uc ui um un ung up ut uân uâng uât uây uê uêch uênh uêu uơ uôc uôi uôm uôn uông
uôt uy uya uych uyên uyêt uyn uynh uyp uyt uyu
ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
"""
_RIMES = _RIMES_TEXT.split()
_FRONT = "eêi"
_STOPS = ("c", "ch", "p", "t")
_STOP_TONES = {4, 5}  # sắc and nặng, as `split_tone` counts
# Syllables without an onset that begin words in use: after a line's end they are more
# likely a word than the rest of one.
_VOWEL_FIRST_TEXT = """
a à á ạ ác ai ải ái am ảm ám an án ang áng anh ảnh ánh ao ào ảo áo áp át au áy ách
ăn ẵm ắt ẳng ắp âm ầm ẩm ấm ân ần ẩn ấn ấp ất ẩu ẩy âu ấu ây ấy ậm âng
e em én eo ép ê ế ếch êm ít im in inh ích ì ỉ í ỉa i ỉu
o ò ó oan oán oanh oai oái ong óc ói om óng ọp oa oà òa oằn oi
ô ồ ổ ố ốc ôi ổi ôm ốm ôn ồn ổn ông ống ốp ở ơ ờ ớ ơi ới ớt ơn
u ù ủ ú uẩn uất úa úi um ùm ủn ung ủng ứ úp út uể uy ủy uỷ uyên uyển uỷ uốn uống uổng
ư ừ ưa ức ưng ứng ước ươm ươn ướm ướp ướt ương ưu ừa ửng
y ý ỷ yêm yên yến yểm yếm yếu yêu yết
"""
_VOWEL_FIRST = set(_VOWEL_FIRST_TEXT.split())


def is_syllable(word: str) -> bool:
    """Whether a word could stand in a Vietnamese text, in any case of letters."""
    return _is_syllable(word.lower())


def may_become_syllable(word: str) -> bool:
    """Whether a word with "?" for lost letters fits a syllable.

    One lost letter leaves one to three of them; what is lost is a vowel with a sign,
    or đ at the beginning.
    """
    return _may_become(word.lower())


def is_vowel_first(word: str) -> bool:
    """Whether a syllable without an onset is a word in use ("anh", "ước")."""
    return word.lower() in _VOWEL_FIRST


def is_onset(letters: str) -> bool:
    """Whether these letters only begin a syllable ("ph", "ngh")."""
    return letters.lower() in _ONSETS and letters != ""


@lru_cache(20_000)
def _is_syllable(word: str) -> bool:
    bare, tone = _split(word)
    if tone is None or bare not in _bare_syllables():
        return False
    return not bare.endswith(_STOPS) or tone in _STOP_TONES


@lru_cache(5_000)
def _may_become(word: str) -> bool:
    bare, tone = _split(word)
    if tone is None:
        return False
    parts = re.split(r"(\?+)", bare)
    pattern = ""
    for place, part in enumerate(parts):
        if not part.startswith("?"):
            pattern += re.escape(part)
            continue
        most = min(len(part), 3)
        letters = f"[{VOWELS}]{{1,{most}}}"
        first = place == 1 and not parts[0]
        pattern += f"(?:đ[{VOWELS}]{{0,2}}|{letters})" if first else letters
    return any(re.fullmatch(pattern, known) for known in _bare_syllables())


def _split(word: str) -> tuple[str, int | None]:
    """The letters without tone, and the tone; None where there are two."""
    tone, letters = 0, []
    for char in nfc(word):
        bare, its = split_tone(char)
        if its and tone:
            return word, None
        tone = tone or its
        letters.append(bare)
    return "".join(letters), tone


@cache
def _bare_syllables() -> frozenset[str]:
    plain = {
        onset + rime for onset in _ONSETS for rime in _RIMES if _agree(onset, rime)
    }
    # Behind q the u is written once: quynh is q and uynh.
    return frozenset(plain | {"q" + rime for rime in _RIMES if rime.startswith("uy")})


def _agree(onset: str, rime: str) -> bool:
    """The rules of spelling: k, gh and ngh before e, ê, i; c, g and ng elsewhere."""
    front = rime[0] in _FRONT
    match onset:
        case "k":
            return front or rime == "y"
        case "gh" | "ngh":
            return front
        case "c" | "ng":
            return not front and rime[0] != "y"
        case "g":
            return rime[0] not in "eêy"
        case "gi":
            return rime[0] != "y" and (rime[0] != "i" or rime == "i")
        case "qu":
            return rime[0] not in "uưo"
        case "":
            return not rime.startswith("iê")
    return not rime.startswith("yê")
