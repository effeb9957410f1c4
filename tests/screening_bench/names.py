"""Invented names of six kinds of origin, each with the ways it may be written. Nobody's name is used
on purpose: family names are put together of syllables.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

Writing = dict[str, str]
"""A name by the way it is written: ``listed`` as a list has it, others as somebody may write it."""


@dataclass(frozen=True)
class Invented:
    kind: str
    origin: str
    listed: str
    written: Writing


# Cyrillic letters in five romanisations: as lists write (BGN), German, French, scholarly, passports.
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v w v v v", "г": "g", "д": "d", "е": "e", "ё": "e jo io ë e",
    "ж": "zh sch j ž zh", "з": "z s z z z", "и": "i", "й": "y i i j i", "к": "k", "л": "l", "м": "m",
    "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u u ou u u", "ф": "f",
    "х": "kh ch kh h kh", "ц": "ts z ts c ts", "ч": "ch tsch tch č ch", "ш": "sh sch ch š sh",
    "щ": "shch schtsch chtch šč shch", "ы": "y", "ь": "_", "э": "e", "ю": "yu ju iou ju iu",
    "я": "ya ja ia ja ia",
}  # fmt: skip
_SYSTEMS = ("listed", "german", "french", "scholarly", "passport")
_RUSSIAN_GIVEN = (
    "алексей андрей борис вадим валерий василий виктор виталий владимир вячеслав геннадий георгий "
    "григорий дмитрий евгений егор иван игорь илья кирилл константин лев леонид максим михаил "
    "никита николай олег павел петр роман руслан сергей станислав степан тимур федор юрий яков "
    "анна валентина вера галина екатерина елена ирина лариса людмила марина мария надежда наталья "
    "ольга светлана софья татьяна юлия"
).split()
_RUSSIAN_ENDS = "ов ев ин ский енко чук цев ников анов юк".split()
_RUSSIAN_ONSETS = "б в г д ж з к л м н п р с т ф х ц ч ш бр гр др кр тр пр щ вл зв кл ст".split()
_RUSSIAN_VOWELS = "а о у е и ы я ю".split()

# Arabic letters: how lists write them, two other ways, and the letter itself.
_ARABIC = {
    "b": "b b b ب", "t": "t t t ت", "j": "j dj j ج", "h": "h h h ح", "x": "kh kh kh خ",
    "d": "d d d د", "r": "r r r ر", "z": "z z z ز", "s": "s s s س", "S": "sh ch sh ش",
    "G": "gh gh g غ", "f": "f f f ف", "q": "q k k ق", "k": "k k k ك", "l": "l l l ل",
    "m": "m m m م", "n": "n n n ن", "w": "w w w و",
    "a": "a a a ", "i": "i i e ", "u": "u ou o ", "A": "a a a ا", "I": "i i ee ي", "U": "u ou oo و",
}  # fmt: skip
_ARABIC_GIVEN = (
    (
        "muHammad:mohammed:mohamed:محمد ahmad:ahmed:ahmed:أحمد mahmud:mahmoud:mahmood:محمود "
        "hasan:hassan:hassan:حسن husayn:hussein:hosein:حسين khalid:khaled:khaled:خالد "
        "umar:omar:omer:عمر yusuf:youssef:yousuf:يوسف ibrahim:ibrahim:ebrahim:إبراهيم "
        "abdallah:abdullah:abdoullah:عبدالله sulayman:souleiman:suleiman:سليمان "
        "mustafa:moustafa:mostafa:مصطفى jamal:djamal:jamal:جمال salim:selim:saleem:سليم "
        "tariq:tarek:tarik:طارق nasir:nasser:naser:ناصر walid:oualid:waleed:وليد rashid:rachid:rasheed:رشيد "
        "karim:karim:kareem:كريم faysal:faisal:feisal:فيصل bilal:bilel:belal:بلال anwar:anouar:anwer:أنور "
        "ali:aly:ali:علي said:saïd:saeed:سعيد rashad:rachad:rashaad:رشاد farid:ferid:fareed:فريد "
        "habib:habib:habeeb:حبيب sharif:chérif:shareef:شريف hamid:hamid:hameed:حميد majid:madjid:majeed:ماجد "
        "adil:adel:adel:عادل munir:mounir:moneer:منير samir:samir:sameer:سمير amin:amine:ameen:أمين "
        "hisham:hicham:hesham:هشام riyad:riadh:riyadh:رياض ziyad:ziad:zeyad:زياد fahd:fahd:fahad:فهد "
        "sultan:soltane:sultaan:سلطان badr:badr:bader:بدر ghassan:ghassane:gassan:غسان nabil:nabil:nabeel:نبيل "
        "shakir:chaker:shaker:شاكر qasim:kacem:kasim:قاسم hatim:hatem:hatem:حاتم luqman:lokman:lukman:لقمان "
        "murad:mourad:morad:مراد jawad:djaouad:jawaad:جواد imad:imed:emad:عماد usama:oussama:osama:أسامة "
        "idris:idriss:edris:إدريس zakariya:zakaria:zakarya:زكريا marwan:marouane:marwaan:مروان"
    )
    .lower()
    .split()
)
_PATTERNS = ("1A2i3", "1a22A3", "1u2ay3", "1a2I3", "1a2U3", "1a23I", "ma12U3", "1i2A3I", "1a2a3A")
_ROOTS = "btjhxdrzsSGfqklmn"

_GREEK = {
    "α": "a", "β": "v b v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i e i", "θ": "th", "ι": "i",
    "κ": "k c k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x ks x", "ο": "o", "π": "p", "ρ": "r", "σ": "s",
    "ς": "s", "τ": "t", "υ": "y", "φ": "f ph f", "χ": "ch h kh", "ω": "o",
}  # fmt: skip
_GREEK_GIVEN = (
    "γεωργιος κωνσταντινος δημητριος νικολαος παναγιωτης χρηστος βασιλειος αθανασιος σταματης ελενη "
    "αικατερινη μαρια σοφια θεοδωρος μιχαλης σπυριδων αλεξανδρος"
).split()
_GREEK_ENDS = "οπουλος ιδης ακης ακος ατος ελλης αδης".split()
_GREEK_ONSETS = "β γ δ ζ θ κ λ μ ν ξ π ρ σ τ φ χ στ τρ κρ".split()

_CHINESE_FAMILY = "wang:王 li:李 zhang:张 liu:刘 chen:陈 yang:杨 huang:黄 zhao:赵 zhou:周 xu:徐 sun:孙 ma:马 zhu:朱 hu:胡 guo:郭 lin:林 luo:罗 liang:梁 song:宋 xie:谢 feng:冯 yu:于 dong:董 xiao:萧 cheng:程 cao:曹 yuan:袁 deng:邓 fu:傅 shen:沈 zeng:曾 peng:彭 lu:吕 su:苏 jiang:蒋 cai:蔡 jia:贾 ding:丁 wei:魏 xue:薛 ye:叶 yan:阎 pan:潘 dai:戴 tian:田 fan:范 fang:方 shi:石 yao:姚 tan:谭".split()
_CHINESE_GIVEN = "ming:明 hua:华 jun:军 wei:伟 qiang:强 lei:磊 yang:洋 yong:勇 jie:杰 juan:娟 tao:涛 chao:超 xiu:秀 xia:霞 ping:平 gang:刚 gui:桂 xiao:小 dong:东 hai:海 jian:建 guo:国 yu:玉 lan:兰 feng:峰 shan:山 bao:宝 zhen:珍 cheng:成 long:龙 bin:斌 bo:波 cui:翠 fei:飞 fu:福 hong:红 hui:辉 jing:静 kai:凯 kun:坤 liang:亮 lin:琳 mei:梅 na:娜 ning:宁 peng:鹏 qing:青 rong:荣 rui:瑞 sheng:胜 shu:淑 song:松 ting:婷 wen:文 xin:鑫 xue:雪 yan:燕 yi:毅 ying:英 yuan:媛 yun:云 zhi:志 zhong:忠".split()

_WESTERN_GIVEN = (
    "Anna Björn Carlos Chloé David Émile Erik Fabián François Hélène Ingrid Jaime Jörg José Jürgen "
    "Karl Laura Luís Magnus Márcia Marta Nicolás Noël Olivia Pablo Peter Raúl René Sarah Sören Thérèse "
    "Thomas Ursula Victor Walter Yves Ángel Zoë James Mary Robert Linda William Susan Brian Carol"
).split()
_WESTERN_ONSETS = "b c d f g h k l m n p r s t v w br cl dr fl gr kr pl pr sch sp st tr th".split()
_WESTERN_VOWELS = "a e i o u ä ö ü é ó ei au ou ie".split()
_WESTERN_CODAS = "l n r s t ll nn rt ck nd st m".split()
_WESTERN_ENDS = "mann er son berg ez ard elli ini sen ström stein ley ton ier eau os es ado".split()
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_PLAIN = str.maketrans("äöüéóáíúñçèêëñÉÁãõâôå", "aoueoaiunceeenEAaoaoa")

_TRADES = (
    "trading shipping logistics industries engineering electronics petroleum chemicals aviation "
    "marine holding investment technology machinery construction energy steel textiles pharma foods "
    "automotive optics metals export import services systems international group global general"
).split()
_FORMS = {
    "LTD": "Limited", "LLC": "L.L.C.", "GMBH": "G.m.b.H.", "S.A.": "SA", "CO., LTD.": "Company Limited",
    "JSC": "Joint Stock Company", "OOO": "Obshchestvo s Ogranichennoi Otvetstvennostyu", "INC.": "Incorporated",
    "FZE": "Free Zone Establishment", "S.R.L.": "srl", "PTE LTD": "Private Limited", "B.V.": "BV",
    "SDN BHD": "Sdn. Bhd.", "PLC": "Public Limited Company",
}  # fmt: skip


def _romanised(word: str, system: int) -> str:
    letters = []
    for letter in word:
        ways = _CYRILLIC[letter].split(" ")
        letters.append(ways[system if len(ways) > 1 else 0].replace("_", ""))
    return "".join(letters).capitalize()


def _slavic(chance: Random) -> Invented:
    stem = "".join(
        chance.choice(_RUSSIAN_ONSETS) + chance.choice(_RUSSIAN_VOWELS)
        for _ in range(chance.choice((1, 2, 2, 3)))
    )
    family = stem + chance.choice(_RUSSIAN_ONSETS)[-1:] + chance.choice(_RUSSIAN_ENDS)
    given = chance.choice(_RUSSIAN_GIVEN)
    father = chance.choice(_RUSSIAN_GIVEN[:42])
    middle = (father.rstrip("йья") + "ович") if chance.random() < 0.6 else None
    written = {"native": f"{given.capitalize()} {family.capitalize()}"}
    for number, system in enumerate(_SYSTEMS):
        written[system] = f"{_romanised(given, number)} {_romanised(family, number)}"
    tail = f" {_romanised(middle, 0)}" if middle else ""
    listed = f"{_romanised(family, 0).upper()}, {_romanised(given, 0)}{tail}"
    return Invented("person", "slavic", listed, written)


def _arabic_letters(chance: Random) -> list[str]:
    roots = chance.sample(_ROOTS, 3)
    pattern = chance.choice(_PATTERNS)
    return [roots[int(mark) - 1] if mark.isdigit() else mark for mark in pattern]


def _arabic_family(chance: Random) -> tuple[str, str, str, str]:
    """A family name: of one root, or of two with the ending of a place; in three romanisations and
    in its own letters.
    """
    letters = _arabic_letters(chance)
    if chance.random() < 0.6:
        letters += [*_arabic_letters(chance)[:3], "I"]
    ways: list[list[str]] = [[], [], [], []]
    for at, letter in enumerate(letters):
        spelt = _ARABIC.get(letter, f"{letter} {letter} {letter} ي").split(" ")
        for number, way in enumerate(ways):
            twice = number == 3 and at and letters[at - 1] == letter
            way.append("" if twice else spelt[number])
    first, second, third, native = ("".join(way) for way in ways)
    return first, second, third, native


def _arabic(chance: Random) -> Invented:
    given = chance.choice(_ARABIC_GIVEN).split(":")
    father = chance.choice(_ARABIC_GIVEN).split(":")
    family = _arabic_family(chance)
    article = chance.random() < 0.6
    listed_family = f"AL-{family[0].upper()}" if article else family[0].upper()
    native = f"{given[3]} {father[3]} {'ال' * article}{family[3]}"
    written = {
        "listed": f"{given[0]} {father[0]} {'al-' * article}{family[0]}".title(),
        "french": f"{given[1]} {father[1]} {'el ' * article}{family[1]}".title(),
        "english": f"{given[2]} {father[2]} {'al ' * article}{family[2]}".title(),
        "native": native,
    }
    listed = f"{listed_family}, {given[0].title()} {father[0].title()}"
    return Invented("person", "arabic", listed, written)


def _greek(chance: Random) -> Invented:
    family = "".join(
        chance.choice(_GREEK_ONSETS) + chance.choice("αεηιοω")
        for _ in range(chance.choice((2, 2, 3)))
    )
    family += chance.choice(_GREEK_ONSETS)[-1:] + chance.choice(_GREEK_ENDS)
    given = chance.choice(_GREEK_GIVEN)
    written = {"native": f"{given.capitalize()} {family.capitalize()}"}
    for number, system in enumerate(("listed", "english", "german")):
        words = []
        for word in (given, family):
            ways = (_GREEK[letter].split(" ") for letter in word.replace("ου", "υ"))
            words.append("".join(way[number if len(way) > 1 else 0] for way in ways).capitalize())
        written[system] = " ".join(words)
    first, last = written["listed"].split(" ")
    return Invented("person", "greek", f"{last.upper()}, {first}", written)


def _chinese(chance: Random) -> Invented:
    family, sign = chance.choice(_CHINESE_FAMILY).split(":")
    given = [each.split(":") for each in chance.sample(_CHINESE_GIVEN, 2)]
    joined = "".join(each[0] for each in given).capitalize()
    apart = " ".join(each[0].capitalize() for each in given)
    written = {
        "listed": f"{family.capitalize()} {joined}",
        "apart": f"{apart} {family.capitalize()}",
        "native": sign + "".join(each[1] for each in given),
    }
    return Invented("person", "chinese", f"{family.upper()}, {joined}", written)


def _western_word(chance: Random) -> str:
    parts = [chance.choice(_WESTERN_ONSETS), chance.choice(_WESTERN_VOWELS)]
    parts.append(chance.choice(_WESTERN_CODAS))
    if chance.random() < 0.6:
        onset = chance.choice(_WESTERN_ONSETS)
        parts += [onset, chance.choice(_WESTERN_VOWELS), chance.choice(_WESTERN_CODAS)]
    return ("".join(parts) + chance.choice(_WESTERN_ENDS)).capitalize()


def _western(chance: Random) -> Invented:
    given, family = chance.choice(_WESTERN_GIVEN), _western_word(chance)
    middle = f" {chance.choice(_WESTERN_GIVEN)}" if chance.random() < 0.4 else ""
    name = f"{given} {family}"
    written = {
        "listed": name,
        "plain": name.translate(_PLAIN),
        "umlauts": name.translate(_UMLAUTS).translate(_PLAIN),
    }
    return Invented("person", "western", f"{family.upper()}, {given}{middle}", written)


def _company(chance: Random) -> Invented:
    brand = chance.choice((_western_word(chance), _arabic_family(chance)[0].capitalize()))
    if chance.random() < 0.3:
        brand += f" {_western_word(chance)}"
    trades = " ".join(chance.sample(_TRADES, chance.choice((1, 1, 2)))).title()
    form = chance.choice(list(_FORMS))
    written = {
        "listed": f"{brand} {trades}",
        "form": f"{brand} {trades} {_FORMS[form]}",
        "form_first": f"{_FORMS[form]} {brand} {trades}",
    }
    return Invented("entity", "company", f"{brand} {trades} {form}".upper(), written)


_MAKERS: tuple[tuple[Callable[[Random], Invented], int], ...] = (
    (_slavic, 25),
    (_arabic, 25),
    (_greek, 5),
    (_chinese, 3),
    (_western, 12),
    (_company, 30),
)
"""Who makes a name, and how many in a hundred: about as the lists are made up."""


def invent(seed: int, count: int) -> list[Invented]:
    """So many different names, the same ones for the same seed."""
    chance = Random(seed)
    found: dict[str, Invented] = {}
    while len(found) < count:
        (make,) = chance.choices([maker for maker, _ in _MAKERS], [many for _, many in _MAKERS])
        name = make(chance)
        found.setdefault(name.listed, name)
    return list(found.values())
