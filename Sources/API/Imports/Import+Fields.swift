// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON

extension ImportCounts {
    static let fields: Representation<ImportCounts> = Representation(
        nil,
        [
            Member("created", \.created, .count, "Rows that made a record."),
            Member("updated", \.updated, .count, "Rows that changed one."),
            Member("unchanged", \.unchanged, .count, "Rows that said what is recorded."),
            Member("prospects", \.prospects, .count, "Customers made on the way."),
            Member("rejected", \.rejected, .count, "Rows that were refused."),
        ]
    )
}

extension Import {
    package static let fields: Representation<Import> = Representation(
        "Import",
        [
            Member("id", \.id, .id()),
            Member("kind", \.kind, .enumeration()),
            Member("mode", \.mode, .enumeration()),
            Member("actor", \.actor, .string(maxLength: 200)),
            Member(
                "status",
                \.status,
                .enumeration(),
                "`interrupted` was cut off, and keeps what it had done by then."
            ),
            Member("startedAt", \.startedAt, .instant),
            Member("finishedAt", \.finishedAt, .instant, "Absent while it runs or if cut off."),
            Member(
                "interruptedAt",
                \.interruptedAt,
                .instant,
                "When it was found cut off, at the latest at the next start of the service."
            ),
        ] + ImportCounts.fields.lifted(\.counts) + [
            Member("rejectedFile", \.rejectedFile, .string(maxLength: 200), "All refused rows.")
        ]
    )

    fileprivate var rejectedFile: String { id.rejectedFile }
}

extension ImportFilter {
    static let fields: Fields<ImportFilter> = Fields(
        nil,
        ImportFilter.init,
        Field(optional: "status", \.status, .enumeration()),
        Field(optional: "kind", \.kind, .enumeration())
    )
}

extension ID<Import> {
    /// Where the rows that it refused are to be had as CSV.
    var rejectedFile: String { Subject(.imports, self).path + "/rejected?format=csv" }
}

extension ImportResult {
    package static let fields: Representation<ImportResult> = Representation(
        "ImportResult",
        [
            Member("id", \.id, .id(), "Absent of a dry run, which leaves nothing.")
        ] + ImportCounts.fields.lifted(\.counts) + [
            Member(
                "rejectedRows",
                \.rejections,
                .array(of: .object(ImportRejection.fields)),
                "The first \(rejectionLimit) refused rows."
            ),
            Member(
                "rejectedFile",
                \.rejectedFile,
                .string(maxLength: 200),
                "Where all refused rows are to be had as CSV."
            ),
        ]
    )

    fileprivate var rejectedFile: String? { id?.rejectedFile }
}

extension ImportRejection {
    static let fields: Representation<ImportRejection> = Representation(
        "ImportRejection",
        [
            Member("line", \.line, .count, "The line on which the row begins, from 1."),
            Member("errors", \.refusals, .array(of: .object(ServiceError.Refusal.fields))),
        ]
    )
}

extension ServiceError.Refusal {
    fileprivate static let fields: Representation<ServiceError.Refusal> = Representation(
        "ImportError",
        [
            Member("pointer", \.pointer, place, "Where in the record; empty for all of it."),
            Member("field", \.field, place, "The same as a column's name."),
            Member("detail", \.detail, .string(maxLength: 1000)),
        ]
    )

    fileprivate static let place = Codec<String>.string(minLength: 0, maxLength: 1000)

    /// The pointer as the header of a CSV file has it.
    fileprivate var field: String {
        String(pointer.dropFirst()).replacing("/", with: ".").replacing("~1", with: "/")
            .replacing("~0", with: "~")
    }
}

extension ImportFault {
    static let fields: Representation<ImportFault> = Representation(
        "ImportFault",
        [
            Member("line", \.line, .count),
            Member("field", \.refusal.field, ServiceError.Refusal.place),
            Member("detail", \.refusal.detail, .string(maxLength: 1000)),
        ]
    )
}

extension ImportChunk {
    /// The journal's words: `[[1, 2000], [2005, 2005]]` means the ids 1 to 2000, and 2005.
    package static let fields: Representation<ImportChunk> = Representation(
        nil,
        [
            Member("kind", \.kind, .enumeration()),
            Member("created", \.created, .ranges),
            Member("updated", \.updated, .ranges),
            Member("prospects", \.prospects, .ranges),
        ]
    )
}

extension Codec<IDRanges> {
    fileprivate static var ranges: Codec<IDRanges> {
        Codec(
            schema: .open(description: "Identifiers as pairs, the first and the last of each run."),
            decode: { _, _ in nil },
            encode: { ranges, writer in
                writer.array { writer in
                    for range in ranges.all {
                        writer.array { writer in
                            writer.integer(range.lowerBound)
                            writer.integer(range.upperBound)
                        }
                    }
                }
            }
        )
    }
}
