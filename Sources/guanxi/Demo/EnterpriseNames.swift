// SPDX-License-Identifier: Apache-2.0

/// A firm's business and what firms of it are called.
struct Trade: Sendable {
    let name: String
    let isDealer: Bool
    private let weight: Double

    static func draw(_ random: inout SplitMix64) -> Trade {
        drawing.draw(&random)
    }

    private static let drawing = Weighted(
        [
            Trade(name: "贸易", isDealer: true, weight: 16),
            Trade(name: "商贸", isDealer: true, weight: 12),
            Trade(name: "供应链管理", isDealer: true, weight: 5),
            Trade(name: "日用百货", isDealer: true, weight: 5),
            Trade(name: "餐饮管理", isDealer: false, weight: 12),
            Trade(name: "酒店管理", isDealer: false, weight: 9),
            Trade(name: "物业服务", isDealer: false, weight: 8),
            Trade(name: "信息技术", isDealer: false, weight: 10),
            Trade(name: "文化传媒", isDealer: false, weight: 7),
            Trade(name: "机械设备", isDealer: false, weight: 7),
            Trade(name: "建筑装饰", isDealer: false, weight: 7),
            Trade(name: "教育咨询", isDealer: false, weight: 6),
            Trade(name: "医疗器械", isDealer: false, weight: 4),
            Trade(name: "会展服务", isDealer: false, weight: 4),
        ]
        .map { ($0, $0.weight) }
    )
}

/// Names of firms that do not exist: city, brand, trade, form.
enum EnterpriseNames {
    static func draw(_ random: inout SplitMix64, of trade: Trade, in city: City) -> String {
        let brand = random.pick(first) + random.pick(second)
        let town = city.name + (random.happens(0.35) ? "市" : "")
        return random.happens(0.15)
            ? "\(brand)\(trade.name)（\(city.name)）有限公司"
            : town + brand + trade.name + forms.draw(&random)
    }

    private static let first = """
        鼎 宏 瑞 嘉 恒 盛 锦 泰 华 雅 润 启 宝 铭 晟 和 凯 远 沃 朗 瀚 禾 澜 栖 云 岭 砚 芸 屿 棠
        """
        .split(separator: " ").map(String.init)

    private static let second = """
        达 丰 源 隆 顺 昌 诚 信 兴 茂 佳 悦 航 洲 桥 川 庭 泉 野 原 舟 麓 石 木 林 壹 加 合 成 邦
        """
        .split(separator: " ").map(String.init)

    private static let forms = Weighted([
        ("有限公司", 76), ("有限责任公司", 12), ("股份有限公司", 7), ("集团有限公司", 5),
    ])
}
