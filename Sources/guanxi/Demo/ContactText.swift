// SPDX-License-Identifier: Apache-2.0
import CustomerRelations

/// What the staff write of a contact; 〔人〕 stands for the customer, 〔物〕 for the product.
struct ContactText: Sendable {
    enum Occasion {
        case before
        case after
        case between
    }

    /// Which contacts it fits.
    private enum Fit {
        case any
        /// Something with a plug was bought.
        case appliance
        case firm
    }

    let direction: Interaction.Direction
    let content: Interaction.Content
    let channels: [Interaction.Channel]
    let summary: String
    let nextStep: String?
    let promise: String?
    let kind: Promise.Kind
    private let fit: Fit

    static func draw(
        _ random: inout SplitMix64,
        _ occasion: Occasion,
        of customer: DemoCustomer,
        about product: ProductDetails?
    ) -> ContactText {
        let texts =
            switch occasion {
            case .before: before
            case .after: after
            case .between: between
            }
        return random.pick(
            texts.filter { text in
                switch text.fit {
                case .any: true
                case .appliance: product?.isAppliance ?? false
                case .firm: customer.isFirm
                }
            }
        )
    }

    private init(
        _ direction: Interaction.Direction,
        _ content: Interaction.Content,
        _ channels: [Interaction.Channel],
        _ summary: String,
        next nextStep: String? = nil,
        promise: String? = nil,
        _ kind: Promise.Kind = .other,
        for fit: Fit = .any
    ) {
        self.direction = direction
        self.content = content
        self.channels = channels
        self.summary = summary
        self.nextStep = nextStep
        self.promise = promise
        self.kind = kind
        self.fit = fit
    }

    private static let calls: [Interaction.Channel] = [.phone, .callCenter, .callCenter]
    private static let written: [Interaction.Channel] = [.web, .email, .web]

    private static let before = [
        ContactText(.inbound, .information, calls, "〔人〕来电询问〔物〕的现货和到货时间，已当场答复。"),
        ContactText(
            .inbound,
            .information,
            written,
            "〔人〕询价〔物〕，希望知道批量价格。",
            next: "发送报价单",
            promise: "发出〔物〕的书面报价",
            .quote
        ),
        ContactText(
            .inbound,
            .information,
            calls,
            "〔人〕比较〔物〕与同类产品，已说明差别和保修期。",
            for: .appliance
        ),
        ContactText(
            .inbound,
            .idea,
            written,
            "〔人〕建议〔物〕增加小包装，方便分发。",
            next: "转产品部研究"
        ),
        ContactText(.outbound, .policy, calls, "向〔人〕介绍〔物〕的季度优惠政策，对方表示考虑。"),
        ContactText(.inbound, .information, calls, "〔人〕确认〔物〕能否开具专用发票，已答复可以。"),
        ContactText(
            .outbound,
            .information,
            [.visit, .staff],
            "上门为〔人〕演示〔物〕，试用反映良好。",
            next: "三天内跟进下单",
            for: .appliance
        ),
    ]

    private static let after = [
        ContactText(.outbound, .feeling, calls, "回访〔人〕：〔物〕已收到，使用满意。"),
        ContactText(
            .outbound,
            .opinion,
            calls,
            "回访〔人〕：〔物〕质量不错，希望配送再快一些。",
            next: "反馈给物流部门"
        ),
        ContactText(
            .inbound,
            .information,
            calls,
            "〔人〕询问〔物〕的送货进度。",
            promise: "查明送货进度并回电",
            .callBack
        ),
        ContactText(
            .inbound,
            .information,
            written,
            "〔人〕请教〔物〕的使用方法，已发送说明书。",
            for: .appliance
        ),
        ContactText(.inbound, .feeling, written, "〔人〕来信感谢，对〔物〕和送货师傅都很满意。"),
        ContactText(
            .outbound,
            .information,
            [.email, .letter],
            "向〔人〕寄送〔物〕的保养提示和保修卡。",
            for: .appliance
        ),
        ContactText(
            .inbound,
            .opinion,
            calls,
            "〔人〕认为〔物〕的包装过于复杂，拆开费事。",
            next: "反馈给采购部门"
        ),
        ContactText(
            .outbound,
            .information,
            [.visit],
            "拜访〔人〕，检查〔物〕的安装情况，一切正常。",
            next: "下季度再次拜访",
            for: .appliance
        ),
    ]

    private static let between = [
        ContactText(.outbound, .policy, [.email, .letter], "向〔人〕寄发会员积分新规则。"),
        ContactText(.outbound, .feeling, calls, "节日问候〔人〕，对方表示感谢。"),
        ContactText(.outbound, .information, [.email, .web], "向〔人〕发送新品目录。", next: "一周后电话跟进"),
        ContactText(.inbound, .information, calls, "〔人〕询问营业时间和最近的门店，已答复。"),
        ContactText(
            .inbound,
            .information,
            calls,
            "〔人〕要求更改联系电话和收货地址，已登记。",
            next: "核对客户档案"
        ),
        ContactText(
            .inbound,
            .idea,
            [.web, .blog],
            "〔人〕在网站留言，希望开通夜间配送。",
            next: "转运营部研究"
        ),
        ContactText(.outbound, .information, [.event], "邀请〔人〕参加新品品鉴会，对方答应出席。"),
        ContactText(
            .outbound,
            .opinion,
            calls,
            "满意度调查：〔人〕给服务打八分，认为价格略高。",
            next: "评估老客户折扣"
        ),
        ContactText(
            .outbound,
            .idea,
            [.visit, .staff],
            "与〔人〕座谈全年采购计划，了解潜在需求。",
            next: "拟定年度方案",
            for: .firm
        ),
        ContactText(
            .inbound,
            .information,
            calls,
            "〔人〕索取对账单。",
            promise: "发出本季度对账单",
            for: .firm
        ),
    ]
}

extension String {
    /// The text with the customer and the product in their places.
    func filled(_ customer: String, _ product: String?) -> String {
        replacing("〔人〕", with: customer).replacing("〔物〕", with: product ?? "商品")
    }
}
