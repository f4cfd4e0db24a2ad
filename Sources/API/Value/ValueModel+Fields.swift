// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing
import Statistics

extension ValueFit {
    static let fields: Representation<ValueFit> = Representation(
        "FittedValueModel",
        [
            Member("r", \.buying.model.r, .quantity, "The shape of the rates of buying."),
            Member("alpha", \.buying.model.alpha, .quantity, "Their scale, in weeks."),
            Member("a", \.buying.model.a, .quantity, "The drop-outs of the beta distribution."),
            Member("b", \.buying.model.b, .quantity, "Its stays."),
            Member("customers", \.customers, .count, "All who had bought."),
            Member("repeatCustomers", \.repeatCustomers, .count, "On more than one day."),
            Member("logLikelihood", \.buying.logLikelihood, .signed),
            Member("dataUntil", \.dataUntil, .instant, "Orders before this count."),
            Member(
                "standardErrors",
                \.buying.standardErrors,
                .object(BGNBD.errors),
                "Absent where the orders leave a parameter open."
            ),
            Member(
                "spending",
                \.spending,
                .object(GammaGammaFit.fields),
                "How much is spent at a time; absent where amounts have no model."
            ),
            Member(
                "holdout",
                \.holdout,
                .object(HoldoutComparison.fields),
                "How a model of the first part of the history met the rest; absent where that "
                    + "part has too few customers who bought again."
            ),
        ]
    )
}

extension BGNBD {
    fileprivate static let errors: Representation<BGNBD> = Representation(
        "ValueModelErrors",
        [
            Member("r", \.r, .quantity),
            Member("alpha", \.alpha, .quantity),
            Member("a", \.a, .quantity),
            Member("b", \.b, .quantity),
        ]
    )
}

extension GammaGammaFit {
    fileprivate static let fields: Representation<GammaGammaFit> = Representation(
        "SpendingModel",
        [
            Member("p", \.model.p, .quantity, "The shape of a customer's amounts."),
            Member("q", \.model.q, .quantity, "The shape of their scales."),
            Member("v", \.model.v, .quantity, "The scale of the scales, in units of money."),
            Member("customers", \.customers, .count, "Whose repeat purchases came to something."),
            Member("logLikelihood", \.logLikelihood, .signed),
            Member("standardErrors", \.standardErrors, .object(GammaGamma.errors)),
        ]
    )
}

extension GammaGamma {
    fileprivate static let errors: Representation<GammaGamma> = Representation(
        "SpendingModelErrors",
        [
            Member("p", \.p, .quantity),
            Member("q", \.q, .quantity),
            Member("v", \.v, .quantity),
        ]
    )
}

extension HoldoutComparison {
    fileprivate static let fields: Representation<HoldoutComparison> = Representation(
        "ValueModelHoldout",
        [
            Member("weeks", \.weeks, .quantity, "How long it looked ahead."),
            Member("customers", \.customers, .count),
            Member("purchases", \.purchases, .count, "That were made."),
            Member("expectedPurchases", \.expectedPurchases, .quantity),
            Member("model", \.model, .object(HoldoutMeasure.fields)),
            Member(
                "recencyAlone",
                \.recencyAlone,
                .object(HoldoutMeasure.fields),
                "The guess that the mean rate goes on, the more the later the last purchase."
            ),
            Member(
                "frequencyAlone",
                \.frequencyAlone,
                .object(HoldoutMeasure.fields),
                "The guess that each customer goes on as before."
            ),
        ]
    )
}

extension HoldoutMeasure {
    fileprivate static let fields: Representation<HoldoutMeasure> = Representation(
        "HoldoutMeasure",
        [
            Member("rmse", \.rmse, .quantity, "The root of the mean squared error."),
            Member(
                "topDecileShare",
                \.topDecileShare,
                .fraction,
                "Of all purchases, made by the tenth for which the most were expected."
            ),
        ]
    )
}

extension ValueModel {
    package static let fields: Representation<ValueModel> = Representation(
        "ValueModel",
        [
            Member("id", \.id, .id()),
            Member("status", \.status, .enumeration()),
            Member("dataUntil", \.dataUntil, .instant, "Orders before this count."),
            Member("reason", \.reason, .object(ValueReason.fields), "Why it failed."),
            Member(
                "model",
                \.fit,
                .object(ValueFit.fields),
                "What was learnt; absent until it has finished."
            ),
        ]
    )
}

extension NewValueModel {
    package static let fields: Fields<NewValueModel> = Fields(
        "NewValueModel",
        NewValueModel.init,
        Field(
            optional: "asOf",
            \.asOf,
            .instantOrDay,
            "Orders of the whole days before this count; now by default."
        )
    )
}

extension Codec where Value == Double {
    /// A number that is not negative.
    static var quantity: Self { .number(0...1e15) }

    static var signed: Self { .number(-1e15...1e15) }
}
