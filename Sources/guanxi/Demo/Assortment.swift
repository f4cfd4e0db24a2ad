// SPDX-License-Identifier: Apache-2.0
import CustomerRelations

/// What the demo's firm sells: goods for homes and offices, by category.
struct Assortment: Sendable {
    let products: [ProductDetails]
    let categories: [String]

    /// The products of a category, the popular ones first.
    private let byCategory: [String: Weighted<ProductDetails>]

    init() {
        var products: [ProductDetails] = []
        var byCategory: [String: Weighted<ProductDetails>] = [:]
        for (category, code, list) in Self.goods {
            let made = list.enumerated().map { place, good in
                Self.product(good, sku: "\(code)-\(101 + place)", category: category)
            }
            products += made
            byCategory[category] = Weighted(ranked: made, offset: 2)
        }
        self.products = products
        self.byCategory = byCategory
        categories = Self.goods.map(\.0)
    }

    func draw(_ random: inout SplitMix64, of category: String) -> ProductDetails {
        byCategory[category]?.draw(&random) ?? products[0]
    }

    private static func product(
        _ good: (name: String, price: Double, costShare: Double),
        sku: String,
        category: String
    ) -> ProductDetails {
        ProductDetails(
            sku: sku,
            name: good.name,
            category: category,
            unitPrice: Money(yuan: good.price),
            unitCost: Money(yuan: good.price * good.costShare)
        )
    }

    /// Name, price in yuan, and the share of the price that it costs us.
    private typealias Good = (name: String, price: Double, costShare: Double)

    private static let goods: [(String, String, [Good])] = [
        ("茶叶", "CY", teas), ("厨房电器", "CF", kitchen), ("办公用品", "BG", office),
        ("清洁用品", "QJ", cleaning), ("灯具", "DJ", lamps), ("床品", "CP", bedding),
    ]

    private static let teas: [Good] = [
        ("明前龙井 250克", 268, 0.52), ("安溪铁观音 500克", 198, 0.5), ("云南普洱熟饼 357克", 156, 0.48),
        ("正山小种 200克", 138, 0.5), ("茉莉花茶 250克", 68, 0.55), ("白毫银针 100克", 328, 0.54),
        ("办公袋泡绿茶 100包", 45, 0.58), ("茶礼盒 四罐装", 498, 0.46),
    ]

    private static let kitchen: [Good] = [
        ("电热水壶 1.7升", 129, 0.66), ("智能电饭煲 4升", 399, 0.68), ("破壁料理机", 599, 0.67),
        ("空气炸锅 5升", 359, 0.69), ("微波炉 23升", 549, 0.72), ("多士炉", 149, 0.66),
        ("净水器 厨下式", 1_699, 0.64), ("商用电磁灶", 2_380, 0.7),
    ]

    private static let office: [Good] = [
        ("A4复印纸 5包装", 118, 0.76), ("中性笔 12支装", 24, 0.6), ("激光打印机", 1_299, 0.78),
        ("硒鼓", 269, 0.62), ("档案盒 10个装", 79, 0.58), ("碎纸机", 689, 0.7),
        ("人体工学椅", 899, 0.62), ("会议平板 65英寸", 8_999, 0.8), ("订书机", 32, 0.55),
    ]

    private static let cleaning: [Good] = [
        ("洗手液 5升", 58, 0.6), ("抽纸 24包", 49, 0.74), ("商用拖把套装", 189, 0.6),
        ("地面清洁剂 20升", 236, 0.58), ("消毒湿巾 12包", 69, 0.62), ("垃圾袋 500只", 88, 0.66),
        ("擦手纸 20包", 105, 0.68), ("洗碗机专用块 60粒", 76, 0.57),
    ]

    private static let lamps: [Good] = [
        ("护眼台灯", 239, 0.58), ("LED吸顶灯 36瓦", 328, 0.6), ("LED平板灯 600×600", 96, 0.66),
        ("轨道射灯", 62, 0.62), ("落地灯", 369, 0.56), ("应急照明灯", 84, 0.6),
        ("节能灯泡 10只装", 55, 0.64), ("户外投光灯", 188, 0.63),
    ]

    private static let bedding: [Good] = [
        ("纯棉四件套", 399, 0.55), ("羽绒被 1.8米", 899, 0.57), ("记忆棉枕", 159, 0.52),
        ("酒店毛巾 10条装", 178, 0.64), ("酒店床单 1.8米", 128, 0.66), ("蚕丝被", 1_180, 0.56),
        ("乳胶床垫", 2_680, 0.58), ("珊瑚绒毯", 119, 0.56),
    ]
}

extension ProductDetails {
    /// Whether it is something that is installed, explained and repaired.
    var isAppliance: Bool {
        category == "厨房电器" || category == "灯具"
    }
}

extension Money {
    /// The amount, to the nearest ten fen.
    init(yuan: Double) {
        self.init(rawValue: Int64((yuan * 10).rounded()) * 10)
    }
}
