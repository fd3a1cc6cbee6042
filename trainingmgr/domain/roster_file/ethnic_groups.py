"""The ethnic groups that the state recognises, as forms name them."""

_NAMES = """
汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎
傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯
阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺
"""
ETHNIC_GROUPS = frozenset(_NAMES.split())


def ethnic_group(text: str) -> str:
    """The group in its usual form: 汉 as 汉族; what is no group's name stays as it is."""
    return text + "族" if text in ETHNIC_GROUPS else text
