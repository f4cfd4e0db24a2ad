// SPDX-License-Identifier: Apache-2.0

/// Names of people who do not exist, put together from common surnames and characters.
struct PersonName: Sendable {
    let surname: String
    let given: String
    let isFemale: Bool

    var full: String { surname + given }

    /// How the staff write of the person.
    var polite: String { surname + (isFemale ? "女士" : "先生") }

    init(_ random: inout SplitMix64) {
        isFemale = random.happens(0.49)
        surname = Self.surnames.draw(&random)
        let characters = isFemale ? Self.female : Self.male
        let first = characters.draw(&random)
        // Few given names have one character since the nineties.
        if random.happens(0.2) {
            given = first
        } else {
            var second = (random.happens(0.25) ? Self.either : characters).draw(&random)
            while second == first, !random.happens(0.1) { second = characters.draw(&random) }
            given = first + second
        }
    }

    /// In thousandths of the population for the first, then falling with the rank.
    private static let surnames = Weighted(
        [
            ("王", 72), ("李", 71), ("张", 68), ("刘", 54), ("陈", 45), ("杨", 31), ("黄", 22),
            ("赵", 21), ("吴", 20), ("周", 20), ("徐", 15), ("孙", 15), ("马", 13), ("朱", 13),
            ("胡", 13), ("郭", 12), ("何", 12), ("林", 11), ("高", 10), ("罗", 10),
        ] + rest + compound
    )

    private static let rest = characters(
        """
        郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊
        白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文施洪辛
        """
    )
    .enumerated().map { ($1, 9.5 - 0.08 * Double($0)) }

    private static let compound = [("欧阳", 0.8), ("上官", 0.1), ("诸葛", 0.1), ("司徒", 0.1)]

    private static let female = Weighted(
        ranked: characters("丽敏静燕艳娟芳婷雪玲霞红梅倩英慧莉颖娜洁琳萍欣佳怡蓉薇雅瑶琪璐妍菲岚蕾黛筠"),
        offset: 12
    )

    private static let male = Weighted(
        ranked: characters("伟强军磊勇杰涛超鹏辉斌刚波建峰浩俊凯志飞亮鑫宇林健东博翔泽铭昊晨旭航毅栋睿远"),
        offset: 12
    )

    private static let either = Weighted(
        ranked: characters("华明文春子晓小海云玉国秀永嘉思一梓天平安然宁清新"),
        offset: 12
    )

    private static func characters(_ text: String) -> [String] {
        text.filter { !$0.isNewline }.map(String.init)
    }
}
