package import Hardware
package import ModelCatalog
import Observability
package import SwarmCore

/// The arithmetic of one model, for people and for programs.
package struct FitReport: Sendable {
    package var name: String
    package var fit: Fit
    package var machine: Machine
    /// Why it was chosen, or why nothing was.
    package var reasons: [String]

    package init(name: String, fit: Fit, machine: Machine, reasons: [String] = []) {
        self.name = name
        self.fit = fit
        self.machine = machine
        self.reasons = reasons
    }

    package var lines: [String] {
        let speed = SpeedClass.of(fit, on: machine).rawValue
        var lines = [
            "\(SafeText.line(name)): \(fit.verdict.words)" + (fit.verdict.fits ? ", likely \(speed)" : ""),
            "\(fit.context) tokens of context, \(fit.candidates) candidate\(fit.candidates == 1 ? "" : "s"), \(fit.cells) cells; "
                + (fit.isExact ? "from the file's header" : "reckoned from published facts, not from the file"),
        ]
        for load in fit.loads {
            let terms = fit.terms.filter { $0.place == load.place }
            var rows = terms.map { term in
                [
                    "  " + term.part.words, Amount.words(term.bytes), SafeText.line(term.note),
                ]
            }
            if load.place == .processor {
                for other in fit.loads where other.place != .processor && isUnified(other.place) {
                    rows.append([
                        "  on \(SafeText.line(other.name))", Amount.words(other.needed), "it shares this memory",
                    ])
                }
            }
            let state = load.isWithin ? "" : ", \(Amount.words(load.missing)) too much"
            rows.append(["  needed", Amount.words(load.needed), "of \(Amount.words(load.free)) free\(state)"])
            lines += ["", SafeText.line(load.name)] + Columns(sides: [.left, .right, .left]).lines(rows)
        }
        if !reasons.isEmpty { lines += [""] + reasons.map { SafeText.line($0) } }
        return lines
    }

    package var json: JSON {
        guard case .object(var object) = fit.json(on: machine) else { return .null }
        object["model"] = .string(name)
        object["reasons"] = .array(reasons.map { .string($0) })
        return .object(object)
    }

    private func isUnified(_ place: Fit.Place) -> Bool {
        if case .accelerator(let index) = place { machine.accelerators[index].isUnified } else { false }
    }
}

extension Fit {
    /// All of it; sizes in bytes.
    func json(on machine: Machine) -> JSON {
        [
            "verdict": .string(verdict.name), "fits": .bool(verdict.fits), "missing": .integer(missing),
            "speed": .string(SpeedClass.of(self, on: machine).rawValue), "exact": .bool(isExact),
            "context": .integer(context), "candidates": .integer(candidates), "cells": .integer(cells),
            "gpu_layers": .integer(gpuLayers), "needed": .integer(needed), "peak_resident": .integer(peakResident),
            "terms": .array(
                terms.map { term in
                    [
                        "part": .string(term.part.rawValue), "place": .string(term.place.name),
                        "bytes": .integer(term.bytes), "note": .string(term.note),
                    ]
                }
            ),
            "places": .array(
                loads.map { load in
                    [
                        "place": .string(load.place.name), "name": .string(load.name), "needed": .integer(load.needed),
                        "free": .integer(load.free),
                    ]
                }
            ),
        ]
    }
}

extension Fit.Place {
    fileprivate var name: String {
        switch self {
        case .processor: "processor"
        case .accelerator(let place): "accelerator \(place)"
        }
    }
}

extension Fit.Verdict {
    fileprivate var name: String {
        switch self {
        case .accelerator: "accelerator"
        case .split: "split"
        case .processor: "processor"
        case .none: "none"
        }
    }

    /// For a table, and before an explanation.
    var words: String {
        switch self {
        case .accelerator: "fits on the accelerator"
        case .split(let layers, let all): "fits split, \(layers) of \(all) layers on the accelerator"
        case .processor: "fits on the processor"
        case .none(let missing): "does not fit, \(Amount.words(missing)) too much"
        }
    }

    var short: String {
        switch self {
        case .accelerator: "yes"
        case .split(let layers, let all): "split \(layers)/\(all)"
        case .processor: "processor"
        case .none(let missing): "lacks \(Amount.words(missing))"
        }
    }
}

extension Fit.Part {
    fileprivate var words: String {
        switch self {
        case .weights: "weights"
        case .copies: "weights, reordered"
        case .originals: "(their originals)"
        case .cache: "KV memory"
        case .state: "running states"
        case .compute: "computation"
        case .outputs: "outputs"
        case .tokenizer: "tokeniser"
        case .program: "program"
        case .code: "code"
        case .margin: "margin"
        }
    }
}
