// SPDX-License-Identifier: Apache-2.0
import CustomerRelations

/// What customers complain of, and what they are answered; 〔物〕 stands for the product.
struct ComplaintText: Sendable {
    let cause: Complaint.Cause
    let subject: String
    let description: String?
    let reply: String

    static func draw(
        _ random: inout SplitMix64,
        about product: ProductDetails
    ) -> ComplaintText {
        let cause = causes.draw(&random)
        let more = product.isAppliance ? ofAppliances[cause] : nil
        let subject = random.pick((subjects[cause] ?? []) + (more ?? []))
        let description = random.happens(0.6) ? random.pick(descriptions) : nil
        return ComplaintText(
            cause: cause,
            subject: subject,
            description: description.map { "\(subject)。\($0)" },
            reply: replies[cause] ?? "〔人〕您好，您的意见已收到，我们会尽快处理。"
        )
    }

    private static let causes = Weighted<Complaint.Cause>([
        (.productQuality, 30), (.delivery, 24), (.serviceQuality, 14), (.priceBilling, 10),
        (.brokenPromise, 8), (.staffAttitude, 7), (.misleadingPromotion, 4), (.other, 3),
    ])

    private static let subjects: [Complaint.Cause: [String]] = [
        .productQuality: [
            "〔物〕与样品不符", "〔物〕数量短缺", "〔物〕有异味", "〔物〕质量不如上一批",
        ],
        .delivery: [
            "〔物〕迟迟没有送到", "送来的〔物〕数量不对", "〔物〕运输中破损", "送货没有提前联系",
        ],
        .serviceQuality: ["售后电话一直占线", "反映问题后没人跟进", "退换手续太麻烦"],
        .priceBilling: ["〔物〕重复扣款", "发票抬头开错", "〔物〕结算价与报价不一致"],
        .brokenPromise: ["答应的赠品没有随〔物〕寄来", "承诺回电却没有消息", "说好的换货一直没有办"],
        .staffAttitude: ["客服态度生硬", "门店人员爱理不理", "送货员不肯送上楼"],
        .misleadingPromotion: ["〔物〕页面参数与实物不符", "满减活动规则没有说清"],
        .other: ["会员积分没有到账", "频繁收到推销短信"],
    ]

    private static let ofAppliances: [Complaint.Cause: [String]] = [
        .productQuality: ["〔物〕用了几天就坏了", "〔物〕外观有划痕", "〔物〕缺少配件", "〔物〕噪声很大"],
        .serviceQuality: ["〔物〕报修三天无人上门", "〔物〕安装不到位"],
    ]

    private static let descriptions = [
        "客户要求尽快给个说法。", "客户已经第二次反映，比较着急。", "客户希望退货或者换货。",
        "客户可以提供照片。", "客户说以前一直很满意，这次很失望。", "影响了客户的正常营业，要求赔偿损失。",
    ]

    private static let replies: [Complaint.Cause: String] = [
        .productQuality: "〔人〕您好，〔物〕的问题已核实，我们安排换新，旧货由快递上门取回。",
        .delivery: "〔人〕您好，已与物流核对，〔物〕将于次日送达，运费退还给您。",
        .serviceQuality: "〔人〕您好，已安排专人处理〔物〕的问题，处理完会再回访您。",
        .priceBilling: "〔人〕您好，账目已核对，多收的款项三个工作日内退回。",
        .brokenPromise: "〔人〕您好，答应您的事已经补办，给您添麻烦了。",
        .staffAttitude: "〔人〕您好，我们已向当事人了解情况并批评教育，向您道歉。",
        .misleadingPromotion: "〔人〕您好，页面已改正，您可以选择退货或者补差价。",
    ]
}
