// SPDX-License-Identifier: Apache-2.0
import CustomerRelations

/// What the demo's firm knows of its problems (M78, 问题与解决方案库).
struct DemoArticle: Sendable {
    let details: ArticleDetails
    /// What stands in the subjects of the complaints about it.
    private let mark: String

    private init(_ problem: String, fix: String, mark: String) {
        details = ArticleDetails(problem: problem, fix: fix)
        self.mark = mark
    }

    func fits(_ complaint: ComplaintDetails) -> Bool {
        complaint.subject.contains(mark)
    }

    /// In the order of their identifiers.
    static let all = [
        DemoArticle(
            "运输中破损：外箱完好，里面的货碎了",
            fix: "请客户拍照，当天补发，破损货由快递取回；连续两次的线路换承运商",
            mark: "破损"
        ),
        DemoArticle(
            "重复扣款：付款页面超时后又付了一次",
            fix: "核对流水，第二笔三个工作日内原路退回，并短信告知客户",
            mark: "重复扣款"
        ),
    ]
}
