"""Surnames read otherwise than the same character elsewhere."""

SINGLE: dict[str, str] = {
    "单": "shan", "單": "shan", "仇": "qiu", "查": "zha", "解": "xie", "尉": "wei", "曾": "zeng", "任": "ren",
    "区": "ou", "區": "ou", "朴": "piao", "盖": "ge", "蓋": "ge", "乐": "yue", "樂": "yue", "种": "chong", "覃": "qin",
    "召": "shao", "翟": "zhai", "缪": "miao", "繆": "miao", "冼": "xian", "洗": "xian", "员": "yun", "員": "yun",
    "贠": "yun", "能": "nai", "秘": "bi", "祭": "zhai", "折": "she", "黑": "he", "盛": "sheng", "晁": "chao",
    "隗": "wei", "郇": "xun", "郗": "xi", "逄": "pang", "那": "na", "牟": "mu", "钭": "tou", "繁": "po",
    "句": "gou", "勾": "gou", "佴": "nai", "哈": "ha", "燕": "yan", "应": "ying", "應": "ying", "宁": "ning",
    "甯": "ning", "葛": "ge", "柏": "bai", "薄": "bo", "车": "che", "車": "che", "幺": "yao", "么": "yao",
    "谌": "chen", "諶": "chen", "六": "lu", "过": "guo", "過": "guo", "訾": "zi", "阚": "kan", "宓": "mi",
    "沈": "shen", "仉": "zhang", "乜": "nie", "叶": "ye", "葉": "ye", "费": "fei", "宿": "su", "相": "xiang",
    "都": "du", "藏": "zang", "曲": "qu", "行": "xing", "莘": "shen", "强": "qiang", "強": "qiang", "郄": "qie",
    "长": "zhang", "重": "chong", "朝": "chao", "校": "jiao", "卜": "bu", "俞": "yu", "瞿": "qu", "令": "ling",
    "石": "shi", "贾": "jia", "賈": "jia", "降": "jiang", "撒": "sa", "佘": "she", "厍": "she", "亓": "qi",
    "褚": "chu", "啜": "chuai", "眭": "sui", "逯": "lu", "禚": "zhuo", "妫": "gui", "芈": "mi", "嬴": "ying",
    "肖": "xiao", "洪": "hong", "纪": "ji", "紀": "ji", "尧": "yao", "迮": "ze", "阿": "a", "适": "kuo",
}  # fmt: skip

COMPOUND: dict[str, str] = {
    "尉迟": "yuchi", "尉遲": "yuchi", "万俟": "moqi", "欧阳": "ouyang", "歐陽": "ouyang", "司马": "sima", "司馬": "sima",
    "上官": "shangguan", "诸葛": "zhuge", "諸葛": "zhuge", "东方": "dongfang", "東方": "dongfang", "皇甫": "huangfu",
    "令狐": "linghu", "慕容": "murong", "长孙": "zhangsun", "長孫": "zhangsun", "澹台": "tantai", "公孙": "gongsun",
    "公孫": "gongsun", "轩辕": "xuanyuan", "钟离": "zhongli", "宇文": "yuwen", "司徒": "situ", "司空": "sikong",
    "鲜于": "xianyu", "鮮于": "xianyu", "单于": "chanyu", "呼延": "huyan", "夏侯": "xiahou", "濮阳": "puyang",
    "淳于": "chunyu", "太叔": "taishu", "申屠": "shentu", "仲孙": "zhongsun", "拓跋": "tuoba", "独孤": "dugu",
    "南宫": "nangong", "端木": "duanmu", "百里": "baili", "闾丘": "lüqiu", "东郭": "dongguo", "西门": "ximen",
    "赫连": "helian", "公冶": "gongye", "宗政": "zongzheng", "亓官": "qiguan", "宰父": "zaifu", "纳兰": "nalan",
    "完颜": "wanyan", "耶律": "yelü", "第五": "diwu", "梁丘": "liangqiu", "左丘": "zuoqiu", "公羊": "gongyang",
    "东野": "dongye", "范姜": "fanjiang", "叶赫": "yehe", "爱新": "aixin",
}  # fmt: skip
COMPOUND = {surname: reading.replace("ü", "v") for surname, reading in COMPOUND.items()}
