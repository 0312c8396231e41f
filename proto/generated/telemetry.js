// Generated from proto/telemetry.proto by scripts/generate.mjs: edit that, not this.
/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError, $TypeError = $util.global.TypeError, $Array = $util.global.Array, $Number = $util.global.Number, $parseInt = $util.global.parseInt, $Boolean = $util.global.Boolean, $String = $util.global.String, $BigInt = $util.global.BigInt, $isFinite = $util.global.isFinite;

const $root = $protobuf.roots["sealcam/telemetry"] || ($protobuf.roots["sealcam/telemetry"] = {});

export const sealcam = $root.sealcam = (() => {

    const sealcam = {};

    sealcam.telemetry = (function() {

        const telemetry = {};

        telemetry.ChunkTelemetry = (function() {

            const ChunkTelemetry = function (properties) {
                this.positions = [];
                this.motions = [];
                this.batteries = [];
                this.events = [];
                this.surroundings = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            ChunkTelemetry.prototype.context = null;
            ChunkTelemetry.prototype.positions = $util.emptyArray;
            ChunkTelemetry.prototype.motions = $util.emptyArray;
            ChunkTelemetry.prototype.batteries = $util.emptyArray;
            ChunkTelemetry.prototype.events = $util.emptyArray;
            ChunkTelemetry.prototype.omitted = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            ChunkTelemetry.prototype.lampCommanded = 0;
            ChunkTelemetry.prototype.lampReported = 0;
            ChunkTelemetry.prototype.muted = false;
            ChunkTelemetry.prototype.dwelling = false;
            ChunkTelemetry.prototype.mergedPresses = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            ChunkTelemetry.prototype.streamParameters = $util.newBuffer([]);
            ChunkTelemetry.prototype.stoppedUs = null;
            ChunkTelemetry.prototype.surroundings = $util.emptyArray;

            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(ChunkTelemetry.prototype, "_stoppedUs", {
                get: $util.oneOfGetter($oneOfFields = ["stoppedUs"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            ChunkTelemetry.create = function(properties) {
                return new ChunkTelemetry(properties);
            };

            ChunkTelemetry.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.context != null && $Object.hasOwnProperty.call(message, "context"))
                    $root.sealcam.telemetry.Context.encode(message.context, writer.uint32(10).fork(), _depth + 1).ldelim();
                if (message.positions != null && message.positions.length)
                    for (let i = 0; i < message.positions.length; ++i)
                        $root.sealcam.telemetry.Position.encode(message.positions[i], writer.uint32(18).fork(), _depth + 1).ldelim();
                if (message.motions != null && message.motions.length)
                    for (let i = 0; i < message.motions.length; ++i)
                        $root.sealcam.telemetry.Motion.encode(message.motions[i], writer.uint32(26).fork(), _depth + 1).ldelim();
                if (message.batteries != null && message.batteries.length)
                    for (let i = 0; i < message.batteries.length; ++i)
                        $root.sealcam.telemetry.Battery.encode(message.batteries[i], writer.uint32(34).fork(), _depth + 1).ldelim();
                if (message.events != null && message.events.length)
                    for (let i = 0; i < message.events.length; ++i)
                        $root.sealcam.telemetry.Event.encode(message.events[i], writer.uint32(42).fork(), _depth + 1).ldelim();
                if (message.omitted != null && $Object.hasOwnProperty.call(message, "omitted") && (typeof message.omitted === "object" ? message.omitted.low || message.omitted.high : message.omitted !== 0))
                    writer.uint32(48).uint64(message.omitted);
                if (message.lampCommanded != null && $Object.hasOwnProperty.call(message, "lampCommanded") && message.lampCommanded !== 0)
                    writer.uint32(56).int32(message.lampCommanded);
                if (message.lampReported != null && $Object.hasOwnProperty.call(message, "lampReported") && message.lampReported !== 0)
                    writer.uint32(64).int32(message.lampReported);
                if (message.muted != null && $Object.hasOwnProperty.call(message, "muted") && message.muted !== false)
                    writer.uint32(72).bool(message.muted);
                if (message.dwelling != null && $Object.hasOwnProperty.call(message, "dwelling") && message.dwelling !== false)
                    writer.uint32(80).bool(message.dwelling);
                if (message.mergedPresses != null && $Object.hasOwnProperty.call(message, "mergedPresses") && (typeof message.mergedPresses === "object" ? message.mergedPresses.low || message.mergedPresses.high : message.mergedPresses !== 0))
                    writer.uint32(88).uint64(message.mergedPresses);
                if (message.streamParameters != null && $Object.hasOwnProperty.call(message, "streamParameters") && message.streamParameters.length)
                    writer.uint32(98).bytes(message.streamParameters);
                if (message.stoppedUs != null && $Object.hasOwnProperty.call(message, "stoppedUs"))
                    writer.uint32(104).uint64(message.stoppedUs);
                if (message.surroundings != null && message.surroundings.length)
                    for (let i = 0; i < message.surroundings.length; ++i)
                        $root.sealcam.telemetry.Surroundings.encode(message.surroundings[i], writer.uint32(114).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            ChunkTelemetry.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.telemetry.ChunkTelemetry();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.context = $root.sealcam.telemetry.Context.decode(reader, reader.size(), $undefined, _depth + 1, message.context);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.positions && message.positions.length))
                                message.positions = [];
                            message.positions.push($root.sealcam.telemetry.Position.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.motions && message.motions.length))
                                message.motions = [];
                            message.motions.push($root.sealcam.telemetry.Motion.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (!(message.batteries && message.batteries.length))
                                message.batteries = [];
                            message.batteries.push($root.sealcam.telemetry.Battery.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.events && message.events.length))
                                message.events = [];
                            message.events.push($root.sealcam.telemetry.Event.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.omitted = value;
                            else
                                delete message.omitted;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.lampCommanded = value;
                            else
                                delete message.lampCommanded;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.lampReported = value;
                            else
                                delete message.lampReported;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.muted = value;
                            else
                                delete message.muted;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.dwelling = value;
                            else
                                delete message.dwelling;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.mergedPresses = value;
                            else
                                delete message.mergedPresses;
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.streamParameters = value;
                            else
                                delete message.streamParameters;
                            continue;
                        }
                    case 13: {
                            if (wireType !== 0)
                                break;
                            message.stoppedUs = reader.uint64();
                            message._stoppedUs = "stoppedUs";
                            continue;
                        }
                    case 14: {
                            if (wireType !== 2)
                                break;
                            if (!(message.surroundings && message.surroundings.length))
                                message.surroundings = [];
                            message.surroundings.push($root.sealcam.telemetry.Surroundings.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            ChunkTelemetry.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.telemetry.ChunkTelemetry)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.telemetry.ChunkTelemetry: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.telemetry.ChunkTelemetry();
                if (object.context != null) {
                    if (!$util.isObject(object.context))
                        throw $TypeError(".sealcam.telemetry.ChunkTelemetry.context: object expected");
                    message.context = $root.sealcam.telemetry.Context.fromObject(object.context, _depth + 1);
                }
                if (object.positions) {
                    if (!$Array.isArray(object.positions))
                        throw $TypeError(".sealcam.telemetry.ChunkTelemetry.positions: array expected");
                    message.positions = $Array(object.positions.length);
                    for (let i = 0; i < object.positions.length; ++i) {
                        if (!$util.isObject(object.positions[i]))
                            throw $TypeError(".sealcam.telemetry.ChunkTelemetry.positions: object expected");
                        message.positions[i] = $root.sealcam.telemetry.Position.fromObject(object.positions[i], _depth + 1);
                    }
                }
                if (object.motions) {
                    if (!$Array.isArray(object.motions))
                        throw $TypeError(".sealcam.telemetry.ChunkTelemetry.motions: array expected");
                    message.motions = $Array(object.motions.length);
                    for (let i = 0; i < object.motions.length; ++i) {
                        if (!$util.isObject(object.motions[i]))
                            throw $TypeError(".sealcam.telemetry.ChunkTelemetry.motions: object expected");
                        message.motions[i] = $root.sealcam.telemetry.Motion.fromObject(object.motions[i], _depth + 1);
                    }
                }
                if (object.batteries) {
                    if (!$Array.isArray(object.batteries))
                        throw $TypeError(".sealcam.telemetry.ChunkTelemetry.batteries: array expected");
                    message.batteries = $Array(object.batteries.length);
                    for (let i = 0; i < object.batteries.length; ++i) {
                        if (!$util.isObject(object.batteries[i]))
                            throw $TypeError(".sealcam.telemetry.ChunkTelemetry.batteries: object expected");
                        message.batteries[i] = $root.sealcam.telemetry.Battery.fromObject(object.batteries[i], _depth + 1);
                    }
                }
                if (object.events) {
                    if (!$Array.isArray(object.events))
                        throw $TypeError(".sealcam.telemetry.ChunkTelemetry.events: array expected");
                    message.events = $Array(object.events.length);
                    for (let i = 0; i < object.events.length; ++i) {
                        if (!$util.isObject(object.events[i]))
                            throw $TypeError(".sealcam.telemetry.ChunkTelemetry.events: object expected");
                        message.events[i] = $root.sealcam.telemetry.Event.fromObject(object.events[i], _depth + 1);
                    }
                }
                if (object.omitted != null)
                    if (typeof object.omitted === "object" ? object.omitted.low || object.omitted.high : $Number(object.omitted) !== 0)
                        if ($util.Long)
                            message.omitted = $util.Long.fromValue(object.omitted, true);
                        else if (typeof object.omitted === "string")
                            message.omitted = $parseInt(object.omitted, 10);
                        else if (typeof object.omitted === "number")
                            message.omitted = object.omitted;
                        else if (typeof object.omitted === "object")
                            message.omitted = new $util.LongBits(object.omitted.low >>> 0, object.omitted.high >>> 0).toNumber(true);
                if (object.lampCommanded !== 0 && (typeof object.lampCommanded !== "string" || $root.sealcam.telemetry.LampState[object.lampCommanded] !== 0))
                    switch (object.lampCommanded) {
                    case "LAMP_UNSPECIFIED":
                    case 0:
                        message.lampCommanded = 0;
                        break;
                    case "LAMP_OFF":
                    case 1:
                        message.lampCommanded = 1;
                        break;
                    case "LAMP_STANDBY":
                    case 2:
                        message.lampCommanded = 2;
                        break;
                    case "LAMP_RECORDING":
                    case 3:
                        message.lampCommanded = 3;
                        break;
                    case "LAMP_ALARM":
                    case 4:
                        message.lampCommanded = 4;
                        break;
                    default:
                        if (typeof object.lampCommanded === "number" && (object.lampCommanded | 0) === object.lampCommanded)
                            message.lampCommanded = object.lampCommanded;
                    }
                if (object.lampReported !== 0 && (typeof object.lampReported !== "string" || $root.sealcam.telemetry.LampState[object.lampReported] !== 0))
                    switch (object.lampReported) {
                    case "LAMP_UNSPECIFIED":
                    case 0:
                        message.lampReported = 0;
                        break;
                    case "LAMP_OFF":
                    case 1:
                        message.lampReported = 1;
                        break;
                    case "LAMP_STANDBY":
                    case 2:
                        message.lampReported = 2;
                        break;
                    case "LAMP_RECORDING":
                    case 3:
                        message.lampReported = 3;
                        break;
                    case "LAMP_ALARM":
                    case 4:
                        message.lampReported = 4;
                        break;
                    default:
                        if (typeof object.lampReported === "number" && (object.lampReported | 0) === object.lampReported)
                            message.lampReported = object.lampReported;
                    }
                if (object.muted != null)
                    if (object.muted)
                        message.muted = $Boolean(object.muted);
                if (object.dwelling != null)
                    if (object.dwelling)
                        message.dwelling = $Boolean(object.dwelling);
                if (object.mergedPresses != null)
                    if (typeof object.mergedPresses === "object" ? object.mergedPresses.low || object.mergedPresses.high : $Number(object.mergedPresses) !== 0)
                        if ($util.Long)
                            message.mergedPresses = $util.Long.fromValue(object.mergedPresses, true);
                        else if (typeof object.mergedPresses === "string")
                            message.mergedPresses = $parseInt(object.mergedPresses, 10);
                        else if (typeof object.mergedPresses === "number")
                            message.mergedPresses = object.mergedPresses;
                        else if (typeof object.mergedPresses === "object")
                            message.mergedPresses = new $util.LongBits(object.mergedPresses.low >>> 0, object.mergedPresses.high >>> 0).toNumber(true);
                if (object.streamParameters != null)
                    if (object.streamParameters.length)
                        if (typeof object.streamParameters === "string")
                            $util.base64.decode(object.streamParameters, message.streamParameters = $util.newBuffer($util.base64.length(object.streamParameters)), 0);
                        else if (object.streamParameters.length >= 0)
                            message.streamParameters = object.streamParameters;
                if (object.stoppedUs != null)
                    if ($util.Long)
                        message.stoppedUs = $util.Long.fromValue(object.stoppedUs, true);
                    else if (typeof object.stoppedUs === "string")
                        message.stoppedUs = $parseInt(object.stoppedUs, 10);
                    else if (typeof object.stoppedUs === "number")
                        message.stoppedUs = object.stoppedUs;
                    else if (typeof object.stoppedUs === "object")
                        message.stoppedUs = new $util.LongBits(object.stoppedUs.low >>> 0, object.stoppedUs.high >>> 0).toNumber(true);
                if (object.surroundings) {
                    if (!$Array.isArray(object.surroundings))
                        throw $TypeError(".sealcam.telemetry.ChunkTelemetry.surroundings: array expected");
                    message.surroundings = $Array(object.surroundings.length);
                    for (let i = 0; i < object.surroundings.length; ++i) {
                        if (!$util.isObject(object.surroundings[i]))
                            throw $TypeError(".sealcam.telemetry.ChunkTelemetry.surroundings: object expected");
                        message.surroundings[i] = $root.sealcam.telemetry.Surroundings.fromObject(object.surroundings[i], _depth + 1);
                    }
                }
                return message;
            };

            ChunkTelemetry.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults) {
                    object.positions = [];
                    object.motions = [];
                    object.batteries = [];
                    object.events = [];
                    object.surroundings = [];
                }
                if (options.defaults) {
                    object.context = null;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.omitted = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.omitted = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.lampCommanded = options.enums === $String ? "LAMP_UNSPECIFIED" : 0;
                    object.lampReported = options.enums === $String ? "LAMP_UNSPECIFIED" : 0;
                    object.muted = false;
                    object.dwelling = false;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.mergedPresses = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.mergedPresses = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if (options.bytes === $String)
                        object.streamParameters = "";
                    else {
                        object.streamParameters = [];
                        if (options.bytes !== $Array)
                            object.streamParameters = $util.newBuffer(object.streamParameters);
                    }
                }
                if (message.context != null && $Object.hasOwnProperty.call(message, "context"))
                    object.context = $root.sealcam.telemetry.Context.toObject(message.context, options, _depth + 1);
                if (message.positions && message.positions.length) {
                    object.positions = $Array(message.positions.length);
                    for (let j = 0; j < message.positions.length; ++j)
                        object.positions[j] = $root.sealcam.telemetry.Position.toObject(message.positions[j], options, _depth + 1);
                }
                if (message.motions && message.motions.length) {
                    object.motions = $Array(message.motions.length);
                    for (let j = 0; j < message.motions.length; ++j)
                        object.motions[j] = $root.sealcam.telemetry.Motion.toObject(message.motions[j], options, _depth + 1);
                }
                if (message.batteries && message.batteries.length) {
                    object.batteries = $Array(message.batteries.length);
                    for (let j = 0; j < message.batteries.length; ++j)
                        object.batteries[j] = $root.sealcam.telemetry.Battery.toObject(message.batteries[j], options, _depth + 1);
                }
                if (message.events && message.events.length) {
                    object.events = $Array(message.events.length);
                    for (let j = 0; j < message.events.length; ++j)
                        object.events[j] = $root.sealcam.telemetry.Event.toObject(message.events[j], options, _depth + 1);
                }
                if (message.omitted != null && $Object.hasOwnProperty.call(message, "omitted"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.omitted = typeof message.omitted === "number" ? $BigInt(message.omitted) : $util.Long.fromBits(message.omitted.low >>> 0, message.omitted.high >>> 0, true).toBigInt();
                    else if (typeof message.omitted === "number")
                        object.omitted = options.longs === $String ? $String(message.omitted) : message.omitted;
                    else
                        object.omitted = options.longs === $String ? $util.Long.prototype.toString.call(message.omitted) : options.longs === $Number ? new $util.LongBits(message.omitted.low >>> 0, message.omitted.high >>> 0).toNumber(true) : message.omitted;
                if (message.lampCommanded != null && $Object.hasOwnProperty.call(message, "lampCommanded"))
                    object.lampCommanded = options.enums === $String ? $root.sealcam.telemetry.LampState[message.lampCommanded] === $undefined ? message.lampCommanded : $root.sealcam.telemetry.LampState[message.lampCommanded] : message.lampCommanded;
                if (message.lampReported != null && $Object.hasOwnProperty.call(message, "lampReported"))
                    object.lampReported = options.enums === $String ? $root.sealcam.telemetry.LampState[message.lampReported] === $undefined ? message.lampReported : $root.sealcam.telemetry.LampState[message.lampReported] : message.lampReported;
                if (message.muted != null && $Object.hasOwnProperty.call(message, "muted"))
                    object.muted = message.muted;
                if (message.dwelling != null && $Object.hasOwnProperty.call(message, "dwelling"))
                    object.dwelling = message.dwelling;
                if (message.mergedPresses != null && $Object.hasOwnProperty.call(message, "mergedPresses"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.mergedPresses = typeof message.mergedPresses === "number" ? $BigInt(message.mergedPresses) : $util.Long.fromBits(message.mergedPresses.low >>> 0, message.mergedPresses.high >>> 0, true).toBigInt();
                    else if (typeof message.mergedPresses === "number")
                        object.mergedPresses = options.longs === $String ? $String(message.mergedPresses) : message.mergedPresses;
                    else
                        object.mergedPresses = options.longs === $String ? $util.Long.prototype.toString.call(message.mergedPresses) : options.longs === $Number ? new $util.LongBits(message.mergedPresses.low >>> 0, message.mergedPresses.high >>> 0).toNumber(true) : message.mergedPresses;
                if (message.streamParameters != null && $Object.hasOwnProperty.call(message, "streamParameters"))
                    object.streamParameters = options.bytes === $String ? $util.base64.encode(message.streamParameters, 0, message.streamParameters.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.streamParameters) : message.streamParameters;
                if (message.stoppedUs != null && $Object.hasOwnProperty.call(message, "stoppedUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.stoppedUs = typeof message.stoppedUs === "number" ? $BigInt(message.stoppedUs) : $util.Long.fromBits(message.stoppedUs.low >>> 0, message.stoppedUs.high >>> 0, true).toBigInt();
                    else if (typeof message.stoppedUs === "number")
                        object.stoppedUs = options.longs === $String ? $String(message.stoppedUs) : message.stoppedUs;
                    else
                        object.stoppedUs = options.longs === $String ? $util.Long.prototype.toString.call(message.stoppedUs) : options.longs === $Number ? new $util.LongBits(message.stoppedUs.low >>> 0, message.stoppedUs.high >>> 0).toNumber(true) : message.stoppedUs;
                if (message.surroundings && message.surroundings.length) {
                    object.surroundings = $Array(message.surroundings.length);
                    for (let j = 0; j < message.surroundings.length; ++j)
                        object.surroundings[j] = $root.sealcam.telemetry.Surroundings.toObject(message.surroundings[j], options, _depth + 1);
                }
                return object;
            };

            ChunkTelemetry.prototype.toJSON = function() {
                return ChunkTelemetry.toObject(this, $protobuf.util.toJSONOptions);
            };

            return ChunkTelemetry;
        })();

        telemetry.Context = (function() {

            const Context = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Context.prototype.reason = "";
            Context.prototype.notice = 0;
            Context.prototype.officer = "";

            Context.create = function(properties) {
                return new Context(properties);
            };

            Context.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                    writer.uint32(10).string(message.reason);
                if (message.notice != null && $Object.hasOwnProperty.call(message, "notice") && message.notice !== 0)
                    writer.uint32(16).int32(message.notice);
                if (message.officer != null && $Object.hasOwnProperty.call(message, "officer") && message.officer !== "")
                    writer.uint32(26).string(message.officer);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Context.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.telemetry.Context();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.reason = value;
                            else
                                delete message.reason;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.notice = value;
                            else
                                delete message.notice;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.officer = value;
                            else
                                delete message.officer;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Context.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.telemetry.Context)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.telemetry.Context: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.telemetry.Context();
                if (object.reason != null)
                    if (typeof object.reason !== "string" || object.reason.length)
                        message.reason = $String(object.reason);
                if (object.notice !== 0 && (typeof object.notice !== "string" || $root.sealcam.telemetry.Notice[object.notice] !== 0))
                    switch (object.notice) {
                    case "NOTICE_UNSPECIFIED":
                    case 0:
                        message.notice = 0;
                        break;
                    case "NOTICE_GIVEN":
                    case 1:
                        message.notice = 1;
                        break;
                    case "NOTICE_WAIVED":
                    case 2:
                        message.notice = 2;
                        break;
                    default:
                        if (typeof object.notice === "number" && (object.notice | 0) === object.notice)
                            message.notice = object.notice;
                    }
                if (object.officer != null)
                    if (typeof object.officer !== "string" || object.officer.length)
                        message.officer = $String(object.officer);
                return message;
            };

            Context.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.reason = "";
                    object.notice = options.enums === $String ? "NOTICE_UNSPECIFIED" : 0;
                    object.officer = "";
                }
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason"))
                    object.reason = message.reason;
                if (message.notice != null && $Object.hasOwnProperty.call(message, "notice"))
                    object.notice = options.enums === $String ? $root.sealcam.telemetry.Notice[message.notice] === $undefined ? message.notice : $root.sealcam.telemetry.Notice[message.notice] : message.notice;
                if (message.officer != null && $Object.hasOwnProperty.call(message, "officer"))
                    object.officer = message.officer;
                return object;
            };

            Context.prototype.toJSON = function() {
                return Context.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Context;
        })();

        telemetry.Notice = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "NOTICE_UNSPECIFIED"] = 0;
            values[valuesById[1] = "NOTICE_GIVEN"] = 1;
            values[valuesById[2] = "NOTICE_WAIVED"] = 2;
            return values;
        })();

        telemetry.Position = (function() {

            const Position = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Position.prototype.uptimeUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Position.prototype.latitude = 0;
            Position.prototype.longitude = 0;
            Position.prototype.altitude = 0;
            Position.prototype.accuracy = 0;
            Position.prototype.utcUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Position.prototype.satellites = 0;

            Position.create = function(properties) {
                return new Position(properties);
            };

            Position.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.uptimeUs != null && $Object.hasOwnProperty.call(message, "uptimeUs") && (typeof message.uptimeUs === "object" ? message.uptimeUs.low || message.uptimeUs.high : message.uptimeUs !== 0))
                    writer.uint32(8).uint64(message.uptimeUs);
                if (message.latitude != null && $Object.hasOwnProperty.call(message, "latitude") && !$Object.is(message.latitude, 0))
                    writer.uint32(17).double(message.latitude);
                if (message.longitude != null && $Object.hasOwnProperty.call(message, "longitude") && !$Object.is(message.longitude, 0))
                    writer.uint32(25).double(message.longitude);
                if (message.altitude != null && $Object.hasOwnProperty.call(message, "altitude") && !$Object.is(message.altitude, 0))
                    writer.uint32(33).double(message.altitude);
                if (message.accuracy != null && $Object.hasOwnProperty.call(message, "accuracy") && !$Object.is(message.accuracy, 0))
                    writer.uint32(41).double(message.accuracy);
                if (message.utcUs != null && $Object.hasOwnProperty.call(message, "utcUs") && (typeof message.utcUs === "object" ? message.utcUs.low || message.utcUs.high : message.utcUs !== 0))
                    writer.uint32(48).uint64(message.utcUs);
                if (message.satellites != null && $Object.hasOwnProperty.call(message, "satellites") && message.satellites !== 0)
                    writer.uint32(56).uint32(message.satellites);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Position.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.telemetry.Position();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.uptimeUs = value;
                            else
                                delete message.uptimeUs;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.latitude = value;
                            else
                                delete message.latitude;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.longitude = value;
                            else
                                delete message.longitude;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.altitude = value;
                            else
                                delete message.altitude;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.accuracy = value;
                            else
                                delete message.accuracy;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.utcUs = value;
                            else
                                delete message.utcUs;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.satellites = value;
                            else
                                delete message.satellites;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Position.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.telemetry.Position)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.telemetry.Position: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.telemetry.Position();
                if (object.uptimeUs != null)
                    if (typeof object.uptimeUs === "object" ? object.uptimeUs.low || object.uptimeUs.high : $Number(object.uptimeUs) !== 0)
                        if ($util.Long)
                            message.uptimeUs = $util.Long.fromValue(object.uptimeUs, true);
                        else if (typeof object.uptimeUs === "string")
                            message.uptimeUs = $parseInt(object.uptimeUs, 10);
                        else if (typeof object.uptimeUs === "number")
                            message.uptimeUs = object.uptimeUs;
                        else if (typeof object.uptimeUs === "object")
                            message.uptimeUs = new $util.LongBits(object.uptimeUs.low >>> 0, object.uptimeUs.high >>> 0).toNumber(true);
                if (object.latitude != null)
                    if (!$Object.is($Number(object.latitude), 0))
                        message.latitude = $Number(object.latitude);
                if (object.longitude != null)
                    if (!$Object.is($Number(object.longitude), 0))
                        message.longitude = $Number(object.longitude);
                if (object.altitude != null)
                    if (!$Object.is($Number(object.altitude), 0))
                        message.altitude = $Number(object.altitude);
                if (object.accuracy != null)
                    if (!$Object.is($Number(object.accuracy), 0))
                        message.accuracy = $Number(object.accuracy);
                if (object.utcUs != null)
                    if (typeof object.utcUs === "object" ? object.utcUs.low || object.utcUs.high : $Number(object.utcUs) !== 0)
                        if ($util.Long)
                            message.utcUs = $util.Long.fromValue(object.utcUs, true);
                        else if (typeof object.utcUs === "string")
                            message.utcUs = $parseInt(object.utcUs, 10);
                        else if (typeof object.utcUs === "number")
                            message.utcUs = object.utcUs;
                        else if (typeof object.utcUs === "object")
                            message.utcUs = new $util.LongBits(object.utcUs.low >>> 0, object.utcUs.high >>> 0).toNumber(true);
                if (object.satellites != null)
                    if ($Number(object.satellites) !== 0)
                        message.satellites = object.satellites >>> 0;
                return message;
            };

            Position.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.uptimeUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.uptimeUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.latitude = 0;
                    object.longitude = 0;
                    object.altitude = 0;
                    object.accuracy = 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.utcUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.utcUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.satellites = 0;
                }
                if (message.uptimeUs != null && $Object.hasOwnProperty.call(message, "uptimeUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.uptimeUs = typeof message.uptimeUs === "number" ? $BigInt(message.uptimeUs) : $util.Long.fromBits(message.uptimeUs.low >>> 0, message.uptimeUs.high >>> 0, true).toBigInt();
                    else if (typeof message.uptimeUs === "number")
                        object.uptimeUs = options.longs === $String ? $String(message.uptimeUs) : message.uptimeUs;
                    else
                        object.uptimeUs = options.longs === $String ? $util.Long.prototype.toString.call(message.uptimeUs) : options.longs === $Number ? new $util.LongBits(message.uptimeUs.low >>> 0, message.uptimeUs.high >>> 0).toNumber(true) : message.uptimeUs;
                if (message.latitude != null && $Object.hasOwnProperty.call(message, "latitude"))
                    object.latitude = options.json && !$isFinite(message.latitude) ? $String(message.latitude) : message.latitude;
                if (message.longitude != null && $Object.hasOwnProperty.call(message, "longitude"))
                    object.longitude = options.json && !$isFinite(message.longitude) ? $String(message.longitude) : message.longitude;
                if (message.altitude != null && $Object.hasOwnProperty.call(message, "altitude"))
                    object.altitude = options.json && !$isFinite(message.altitude) ? $String(message.altitude) : message.altitude;
                if (message.accuracy != null && $Object.hasOwnProperty.call(message, "accuracy"))
                    object.accuracy = options.json && !$isFinite(message.accuracy) ? $String(message.accuracy) : message.accuracy;
                if (message.utcUs != null && $Object.hasOwnProperty.call(message, "utcUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.utcUs = typeof message.utcUs === "number" ? $BigInt(message.utcUs) : $util.Long.fromBits(message.utcUs.low >>> 0, message.utcUs.high >>> 0, true).toBigInt();
                    else if (typeof message.utcUs === "number")
                        object.utcUs = options.longs === $String ? $String(message.utcUs) : message.utcUs;
                    else
                        object.utcUs = options.longs === $String ? $util.Long.prototype.toString.call(message.utcUs) : options.longs === $Number ? new $util.LongBits(message.utcUs.low >>> 0, message.utcUs.high >>> 0).toNumber(true) : message.utcUs;
                if (message.satellites != null && $Object.hasOwnProperty.call(message, "satellites"))
                    object.satellites = message.satellites;
                return object;
            };

            Position.prototype.toJSON = function() {
                return Position.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Position;
        })();

        telemetry.Motion = (function() {

            const Motion = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Motion.prototype.uptimeUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Motion.prototype.x = 0;
            Motion.prototype.y = 0;
            Motion.prototype.z = 0;

            Motion.create = function(properties) {
                return new Motion(properties);
            };

            Motion.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.uptimeUs != null && $Object.hasOwnProperty.call(message, "uptimeUs") && (typeof message.uptimeUs === "object" ? message.uptimeUs.low || message.uptimeUs.high : message.uptimeUs !== 0))
                    writer.uint32(8).uint64(message.uptimeUs);
                if (message.x != null && $Object.hasOwnProperty.call(message, "x") && !$Object.is(message.x, 0))
                    writer.uint32(21).float(message.x);
                if (message.y != null && $Object.hasOwnProperty.call(message, "y") && !$Object.is(message.y, 0))
                    writer.uint32(29).float(message.y);
                if (message.z != null && $Object.hasOwnProperty.call(message, "z") && !$Object.is(message.z, 0))
                    writer.uint32(37).float(message.z);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Motion.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.telemetry.Motion();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.uptimeUs = value;
                            else
                                delete message.uptimeUs;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 5)
                                break;
                            if (!$Object.is(value = reader.float(), 0))
                                message.x = value;
                            else
                                delete message.x;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 5)
                                break;
                            if (!$Object.is(value = reader.float(), 0))
                                message.y = value;
                            else
                                delete message.y;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 5)
                                break;
                            if (!$Object.is(value = reader.float(), 0))
                                message.z = value;
                            else
                                delete message.z;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Motion.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.telemetry.Motion)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.telemetry.Motion: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.telemetry.Motion();
                if (object.uptimeUs != null)
                    if (typeof object.uptimeUs === "object" ? object.uptimeUs.low || object.uptimeUs.high : $Number(object.uptimeUs) !== 0)
                        if ($util.Long)
                            message.uptimeUs = $util.Long.fromValue(object.uptimeUs, true);
                        else if (typeof object.uptimeUs === "string")
                            message.uptimeUs = $parseInt(object.uptimeUs, 10);
                        else if (typeof object.uptimeUs === "number")
                            message.uptimeUs = object.uptimeUs;
                        else if (typeof object.uptimeUs === "object")
                            message.uptimeUs = new $util.LongBits(object.uptimeUs.low >>> 0, object.uptimeUs.high >>> 0).toNumber(true);
                if (object.x != null)
                    if (!$Object.is($Number(object.x), 0))
                        message.x = $Number(object.x);
                if (object.y != null)
                    if (!$Object.is($Number(object.y), 0))
                        message.y = $Number(object.y);
                if (object.z != null)
                    if (!$Object.is($Number(object.z), 0))
                        message.z = $Number(object.z);
                return message;
            };

            Motion.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.uptimeUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.uptimeUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.x = 0;
                    object.y = 0;
                    object.z = 0;
                }
                if (message.uptimeUs != null && $Object.hasOwnProperty.call(message, "uptimeUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.uptimeUs = typeof message.uptimeUs === "number" ? $BigInt(message.uptimeUs) : $util.Long.fromBits(message.uptimeUs.low >>> 0, message.uptimeUs.high >>> 0, true).toBigInt();
                    else if (typeof message.uptimeUs === "number")
                        object.uptimeUs = options.longs === $String ? $String(message.uptimeUs) : message.uptimeUs;
                    else
                        object.uptimeUs = options.longs === $String ? $util.Long.prototype.toString.call(message.uptimeUs) : options.longs === $Number ? new $util.LongBits(message.uptimeUs.low >>> 0, message.uptimeUs.high >>> 0).toNumber(true) : message.uptimeUs;
                if (message.x != null && $Object.hasOwnProperty.call(message, "x"))
                    object.x = options.json && !$isFinite(message.x) ? $String(message.x) : message.x;
                if (message.y != null && $Object.hasOwnProperty.call(message, "y"))
                    object.y = options.json && !$isFinite(message.y) ? $String(message.y) : message.y;
                if (message.z != null && $Object.hasOwnProperty.call(message, "z"))
                    object.z = options.json && !$isFinite(message.z) ? $String(message.z) : message.z;
                return object;
            };

            Motion.prototype.toJSON = function() {
                return Motion.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Motion;
        })();

        telemetry.Battery = (function() {

            const Battery = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Battery.prototype.uptimeUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Battery.prototype.percent = 0;
            Battery.prototype.millivolts = 0;
            Battery.prototype.charging = false;
            Battery.prototype.temperature = null;

            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Battery.prototype, "_temperature", {
                get: $util.oneOfGetter($oneOfFields = ["temperature"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            Battery.create = function(properties) {
                return new Battery(properties);
            };

            Battery.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.uptimeUs != null && $Object.hasOwnProperty.call(message, "uptimeUs") && (typeof message.uptimeUs === "object" ? message.uptimeUs.low || message.uptimeUs.high : message.uptimeUs !== 0))
                    writer.uint32(8).uint64(message.uptimeUs);
                if (message.percent != null && $Object.hasOwnProperty.call(message, "percent") && !$Object.is(message.percent, 0))
                    writer.uint32(21).float(message.percent);
                if (message.millivolts != null && $Object.hasOwnProperty.call(message, "millivolts") && message.millivolts !== 0)
                    writer.uint32(24).uint32(message.millivolts);
                if (message.charging != null && $Object.hasOwnProperty.call(message, "charging") && message.charging !== false)
                    writer.uint32(32).bool(message.charging);
                if (message.temperature != null && $Object.hasOwnProperty.call(message, "temperature"))
                    writer.uint32(45).float(message.temperature);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Battery.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.telemetry.Battery();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.uptimeUs = value;
                            else
                                delete message.uptimeUs;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 5)
                                break;
                            if (!$Object.is(value = reader.float(), 0))
                                message.percent = value;
                            else
                                delete message.percent;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.millivolts = value;
                            else
                                delete message.millivolts;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.charging = value;
                            else
                                delete message.charging;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 5)
                                break;
                            message.temperature = reader.float();
                            message._temperature = "temperature";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Battery.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.telemetry.Battery)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.telemetry.Battery: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.telemetry.Battery();
                if (object.uptimeUs != null)
                    if (typeof object.uptimeUs === "object" ? object.uptimeUs.low || object.uptimeUs.high : $Number(object.uptimeUs) !== 0)
                        if ($util.Long)
                            message.uptimeUs = $util.Long.fromValue(object.uptimeUs, true);
                        else if (typeof object.uptimeUs === "string")
                            message.uptimeUs = $parseInt(object.uptimeUs, 10);
                        else if (typeof object.uptimeUs === "number")
                            message.uptimeUs = object.uptimeUs;
                        else if (typeof object.uptimeUs === "object")
                            message.uptimeUs = new $util.LongBits(object.uptimeUs.low >>> 0, object.uptimeUs.high >>> 0).toNumber(true);
                if (object.percent != null)
                    if (!$Object.is($Number(object.percent), 0))
                        message.percent = $Number(object.percent);
                if (object.millivolts != null)
                    if ($Number(object.millivolts) !== 0)
                        message.millivolts = object.millivolts >>> 0;
                if (object.charging != null)
                    if (object.charging)
                        message.charging = $Boolean(object.charging);
                if (object.temperature != null)
                    message.temperature = $Number(object.temperature);
                return message;
            };

            Battery.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.uptimeUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.uptimeUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.percent = 0;
                    object.millivolts = 0;
                    object.charging = false;
                }
                if (message.uptimeUs != null && $Object.hasOwnProperty.call(message, "uptimeUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.uptimeUs = typeof message.uptimeUs === "number" ? $BigInt(message.uptimeUs) : $util.Long.fromBits(message.uptimeUs.low >>> 0, message.uptimeUs.high >>> 0, true).toBigInt();
                    else if (typeof message.uptimeUs === "number")
                        object.uptimeUs = options.longs === $String ? $String(message.uptimeUs) : message.uptimeUs;
                    else
                        object.uptimeUs = options.longs === $String ? $util.Long.prototype.toString.call(message.uptimeUs) : options.longs === $Number ? new $util.LongBits(message.uptimeUs.low >>> 0, message.uptimeUs.high >>> 0).toNumber(true) : message.uptimeUs;
                if (message.percent != null && $Object.hasOwnProperty.call(message, "percent"))
                    object.percent = options.json && !$isFinite(message.percent) ? $String(message.percent) : message.percent;
                if (message.millivolts != null && $Object.hasOwnProperty.call(message, "millivolts"))
                    object.millivolts = message.millivolts;
                if (message.charging != null && $Object.hasOwnProperty.call(message, "charging"))
                    object.charging = message.charging;
                if (message.temperature != null && $Object.hasOwnProperty.call(message, "temperature"))
                    object.temperature = options.json && !$isFinite(message.temperature) ? $String(message.temperature) : message.temperature;
                return object;
            };

            Battery.prototype.toJSON = function() {
                return Battery.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Battery;
        })();

        telemetry.Surroundings = (function() {

            const Surroundings = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Surroundings.prototype.uptimeUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Surroundings.prototype.freeBytes = null;
            Surroundings.prototype.link = 0;

            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Surroundings.prototype, "_freeBytes", {
                get: $util.oneOfGetter($oneOfFields = ["freeBytes"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            Surroundings.create = function(properties) {
                return new Surroundings(properties);
            };

            Surroundings.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.uptimeUs != null && $Object.hasOwnProperty.call(message, "uptimeUs") && (typeof message.uptimeUs === "object" ? message.uptimeUs.low || message.uptimeUs.high : message.uptimeUs !== 0))
                    writer.uint32(8).uint64(message.uptimeUs);
                if (message.freeBytes != null && $Object.hasOwnProperty.call(message, "freeBytes"))
                    writer.uint32(16).uint64(message.freeBytes);
                if (message.link != null && $Object.hasOwnProperty.call(message, "link") && message.link !== 0)
                    writer.uint32(24).int32(message.link);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Surroundings.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.telemetry.Surroundings();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.uptimeUs = value;
                            else
                                delete message.uptimeUs;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            message.freeBytes = reader.uint64();
                            message._freeBytes = "freeBytes";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.link = value;
                            else
                                delete message.link;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Surroundings.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.telemetry.Surroundings)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.telemetry.Surroundings: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.telemetry.Surroundings();
                if (object.uptimeUs != null)
                    if (typeof object.uptimeUs === "object" ? object.uptimeUs.low || object.uptimeUs.high : $Number(object.uptimeUs) !== 0)
                        if ($util.Long)
                            message.uptimeUs = $util.Long.fromValue(object.uptimeUs, true);
                        else if (typeof object.uptimeUs === "string")
                            message.uptimeUs = $parseInt(object.uptimeUs, 10);
                        else if (typeof object.uptimeUs === "number")
                            message.uptimeUs = object.uptimeUs;
                        else if (typeof object.uptimeUs === "object")
                            message.uptimeUs = new $util.LongBits(object.uptimeUs.low >>> 0, object.uptimeUs.high >>> 0).toNumber(true);
                if (object.freeBytes != null)
                    if ($util.Long)
                        message.freeBytes = $util.Long.fromValue(object.freeBytes, true);
                    else if (typeof object.freeBytes === "string")
                        message.freeBytes = $parseInt(object.freeBytes, 10);
                    else if (typeof object.freeBytes === "number")
                        message.freeBytes = object.freeBytes;
                    else if (typeof object.freeBytes === "object")
                        message.freeBytes = new $util.LongBits(object.freeBytes.low >>> 0, object.freeBytes.high >>> 0).toNumber(true);
                if (object.link !== 0 && (typeof object.link !== "string" || $root.sealcam.telemetry.LinkState[object.link] !== 0))
                    switch (object.link) {
                    case "LINK_UNSPECIFIED":
                    case 0:
                        message.link = 0;
                        break;
                    case "LINK_AWAY":
                    case 1:
                        message.link = 1;
                        break;
                    case "LINK_CONNECTED":
                    case 2:
                        message.link = 2;
                        break;
                    default:
                        if (typeof object.link === "number" && (object.link | 0) === object.link)
                            message.link = object.link;
                    }
                return message;
            };

            Surroundings.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.uptimeUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.uptimeUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.link = options.enums === $String ? "LINK_UNSPECIFIED" : 0;
                }
                if (message.uptimeUs != null && $Object.hasOwnProperty.call(message, "uptimeUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.uptimeUs = typeof message.uptimeUs === "number" ? $BigInt(message.uptimeUs) : $util.Long.fromBits(message.uptimeUs.low >>> 0, message.uptimeUs.high >>> 0, true).toBigInt();
                    else if (typeof message.uptimeUs === "number")
                        object.uptimeUs = options.longs === $String ? $String(message.uptimeUs) : message.uptimeUs;
                    else
                        object.uptimeUs = options.longs === $String ? $util.Long.prototype.toString.call(message.uptimeUs) : options.longs === $Number ? new $util.LongBits(message.uptimeUs.low >>> 0, message.uptimeUs.high >>> 0).toNumber(true) : message.uptimeUs;
                if (message.freeBytes != null && $Object.hasOwnProperty.call(message, "freeBytes"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.freeBytes = typeof message.freeBytes === "number" ? $BigInt(message.freeBytes) : $util.Long.fromBits(message.freeBytes.low >>> 0, message.freeBytes.high >>> 0, true).toBigInt();
                    else if (typeof message.freeBytes === "number")
                        object.freeBytes = options.longs === $String ? $String(message.freeBytes) : message.freeBytes;
                    else
                        object.freeBytes = options.longs === $String ? $util.Long.prototype.toString.call(message.freeBytes) : options.longs === $Number ? new $util.LongBits(message.freeBytes.low >>> 0, message.freeBytes.high >>> 0).toNumber(true) : message.freeBytes;
                if (message.link != null && $Object.hasOwnProperty.call(message, "link"))
                    object.link = options.enums === $String ? $root.sealcam.telemetry.LinkState[message.link] === $undefined ? message.link : $root.sealcam.telemetry.LinkState[message.link] : message.link;
                return object;
            };

            Surroundings.prototype.toJSON = function() {
                return Surroundings.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Surroundings;
        })();

        telemetry.LinkState = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "LINK_UNSPECIFIED"] = 0;
            values[valuesById[1] = "LINK_AWAY"] = 1;
            values[valuesById[2] = "LINK_CONNECTED"] = 2;
            return values;
        })();

        telemetry.Event = (function() {

            const Event = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Event.prototype.uptimeUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Event.prototype.kind = 0;
            Event.prototype.lamp = 0;
            Event.prototype.trigger = 0;
            Event.prototype.category = 0;

            Event.create = function(properties) {
                return new Event(properties);
            };

            Event.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.uptimeUs != null && $Object.hasOwnProperty.call(message, "uptimeUs") && (typeof message.uptimeUs === "object" ? message.uptimeUs.low || message.uptimeUs.high : message.uptimeUs !== 0))
                    writer.uint32(8).uint64(message.uptimeUs);
                if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== 0)
                    writer.uint32(16).int32(message.kind);
                if (message.lamp != null && $Object.hasOwnProperty.call(message, "lamp") && message.lamp !== 0)
                    writer.uint32(24).int32(message.lamp);
                if (message.trigger != null && $Object.hasOwnProperty.call(message, "trigger") && message.trigger !== 0)
                    writer.uint32(32).int32(message.trigger);
                if (message.category != null && $Object.hasOwnProperty.call(message, "category") && message.category !== 0)
                    writer.uint32(40).uint32(message.category);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Event.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.telemetry.Event();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.uptimeUs = value;
                            else
                                delete message.uptimeUs;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.kind = value;
                            else
                                delete message.kind;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.lamp = value;
                            else
                                delete message.lamp;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.trigger = value;
                            else
                                delete message.trigger;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.category = value;
                            else
                                delete message.category;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Event.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.telemetry.Event)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.telemetry.Event: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.telemetry.Event();
                if (object.uptimeUs != null)
                    if (typeof object.uptimeUs === "object" ? object.uptimeUs.low || object.uptimeUs.high : $Number(object.uptimeUs) !== 0)
                        if ($util.Long)
                            message.uptimeUs = $util.Long.fromValue(object.uptimeUs, true);
                        else if (typeof object.uptimeUs === "string")
                            message.uptimeUs = $parseInt(object.uptimeUs, 10);
                        else if (typeof object.uptimeUs === "number")
                            message.uptimeUs = object.uptimeUs;
                        else if (typeof object.uptimeUs === "object")
                            message.uptimeUs = new $util.LongBits(object.uptimeUs.low >>> 0, object.uptimeUs.high >>> 0).toNumber(true);
                if (object.kind !== 0 && (typeof object.kind !== "string" || $root.sealcam.telemetry.EventKind[object.kind] !== 0))
                    switch (object.kind) {
                    case "EVENT_UNSPECIFIED":
                    case 0:
                        message.kind = 0;
                        break;
                    case "EVENT_START":
                    case 1:
                        message.kind = 1;
                        break;
                    case "EVENT_STOP":
                    case 2:
                        message.kind = 2;
                        break;
                    case "EVENT_BOOKMARK":
                    case 3:
                        message.kind = 3;
                        break;
                    case "EVENT_MUTE_ON":
                    case 4:
                        message.kind = 4;
                        break;
                    case "EVENT_MUTE_OFF":
                    case 5:
                        message.kind = 5;
                        break;
                    case "EVENT_DWELLING_ON":
                    case 6:
                        message.kind = 6;
                        break;
                    case "EVENT_DWELLING_OFF":
                    case 7:
                        message.kind = 7;
                        break;
                    case "EVENT_LAMP_COMMANDED":
                    case 8:
                        message.kind = 8;
                        break;
                    case "EVENT_LAMP_REPORTED":
                    case 9:
                        message.kind = 9;
                        break;
                    case "EVENT_SENSOR_LOST":
                    case 10:
                        message.kind = 10;
                        break;
                    case "EVENT_SENSOR_BACK":
                    case 11:
                        message.kind = 11;
                        break;
                    case "EVENT_STORAGE_FULL":
                    case 12:
                        message.kind = 12;
                        break;
                    case "EVENT_STORAGE_AVAILABLE":
                    case 13:
                        message.kind = 13;
                        break;
                    case "EVENT_BATTERY_LOW":
                    case 14:
                        message.kind = 14;
                        break;
                    case "EVENT_BATTERY_GOOD":
                    case 15:
                        message.kind = 15;
                        break;
                    case "EVENT_COOL":
                    case 16:
                        message.kind = 16;
                        break;
                    case "EVENT_WARM":
                    case 17:
                        message.kind = 17;
                        break;
                    case "EVENT_HOT":
                    case 18:
                        message.kind = 18;
                        break;
                    case "EVENT_TRIGGER":
                    case 19:
                        message.kind = 19;
                        break;
                    case "EVENT_LAMP_WRONG":
                    case 20:
                        message.kind = 20;
                        break;
                    case "EVENT_STORAGE_LOW":
                    case 21:
                        message.kind = 21;
                        break;
                    case "EVENT_STORAGE_AMPLE":
                    case 22:
                        message.kind = 22;
                        break;
                    default:
                        if (typeof object.kind === "number" && (object.kind | 0) === object.kind)
                            message.kind = object.kind;
                    }
                if (object.lamp !== 0 && (typeof object.lamp !== "string" || $root.sealcam.telemetry.LampState[object.lamp] !== 0))
                    switch (object.lamp) {
                    case "LAMP_UNSPECIFIED":
                    case 0:
                        message.lamp = 0;
                        break;
                    case "LAMP_OFF":
                    case 1:
                        message.lamp = 1;
                        break;
                    case "LAMP_STANDBY":
                    case 2:
                        message.lamp = 2;
                        break;
                    case "LAMP_RECORDING":
                    case 3:
                        message.lamp = 3;
                        break;
                    case "LAMP_ALARM":
                    case 4:
                        message.lamp = 4;
                        break;
                    default:
                        if (typeof object.lamp === "number" && (object.lamp | 0) === object.lamp)
                            message.lamp = object.lamp;
                    }
                if (object.trigger !== 0 && (typeof object.trigger !== "string" || $root.sealcam.telemetry.Trigger[object.trigger] !== 0))
                    switch (object.trigger) {
                    case "TRIGGER_UNSPECIFIED":
                    case 0:
                        message.trigger = 0;
                        break;
                    case "TRIGGER_HOLSTER":
                    case 1:
                        message.trigger = 1;
                        break;
                    case "TRIGGER_PEER":
                    case 2:
                        message.trigger = 2;
                        break;
                    case "TRIGGER_VEHICLE_LIGHT":
                    case 3:
                        message.trigger = 3;
                        break;
                    default:
                        if (typeof object.trigger === "number" && (object.trigger | 0) === object.trigger)
                            message.trigger = object.trigger;
                    }
                if (object.category != null)
                    if ($Number(object.category) !== 0)
                        message.category = object.category >>> 0;
                return message;
            };

            Event.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.uptimeUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.uptimeUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.kind = options.enums === $String ? "EVENT_UNSPECIFIED" : 0;
                    object.lamp = options.enums === $String ? "LAMP_UNSPECIFIED" : 0;
                    object.trigger = options.enums === $String ? "TRIGGER_UNSPECIFIED" : 0;
                    object.category = 0;
                }
                if (message.uptimeUs != null && $Object.hasOwnProperty.call(message, "uptimeUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.uptimeUs = typeof message.uptimeUs === "number" ? $BigInt(message.uptimeUs) : $util.Long.fromBits(message.uptimeUs.low >>> 0, message.uptimeUs.high >>> 0, true).toBigInt();
                    else if (typeof message.uptimeUs === "number")
                        object.uptimeUs = options.longs === $String ? $String(message.uptimeUs) : message.uptimeUs;
                    else
                        object.uptimeUs = options.longs === $String ? $util.Long.prototype.toString.call(message.uptimeUs) : options.longs === $Number ? new $util.LongBits(message.uptimeUs.low >>> 0, message.uptimeUs.high >>> 0).toNumber(true) : message.uptimeUs;
                if (message.kind != null && $Object.hasOwnProperty.call(message, "kind"))
                    object.kind = options.enums === $String ? $root.sealcam.telemetry.EventKind[message.kind] === $undefined ? message.kind : $root.sealcam.telemetry.EventKind[message.kind] : message.kind;
                if (message.lamp != null && $Object.hasOwnProperty.call(message, "lamp"))
                    object.lamp = options.enums === $String ? $root.sealcam.telemetry.LampState[message.lamp] === $undefined ? message.lamp : $root.sealcam.telemetry.LampState[message.lamp] : message.lamp;
                if (message.trigger != null && $Object.hasOwnProperty.call(message, "trigger"))
                    object.trigger = options.enums === $String ? $root.sealcam.telemetry.Trigger[message.trigger] === $undefined ? message.trigger : $root.sealcam.telemetry.Trigger[message.trigger] : message.trigger;
                if (message.category != null && $Object.hasOwnProperty.call(message, "category"))
                    object.category = message.category;
                return object;
            };

            Event.prototype.toJSON = function() {
                return Event.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Event;
        })();

        telemetry.EventKind = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "EVENT_UNSPECIFIED"] = 0;
            values[valuesById[1] = "EVENT_START"] = 1;
            values[valuesById[2] = "EVENT_STOP"] = 2;
            values[valuesById[3] = "EVENT_BOOKMARK"] = 3;
            values[valuesById[4] = "EVENT_MUTE_ON"] = 4;
            values[valuesById[5] = "EVENT_MUTE_OFF"] = 5;
            values[valuesById[6] = "EVENT_DWELLING_ON"] = 6;
            values[valuesById[7] = "EVENT_DWELLING_OFF"] = 7;
            values[valuesById[8] = "EVENT_LAMP_COMMANDED"] = 8;
            values[valuesById[9] = "EVENT_LAMP_REPORTED"] = 9;
            values[valuesById[10] = "EVENT_SENSOR_LOST"] = 10;
            values[valuesById[11] = "EVENT_SENSOR_BACK"] = 11;
            values[valuesById[12] = "EVENT_STORAGE_FULL"] = 12;
            values[valuesById[13] = "EVENT_STORAGE_AVAILABLE"] = 13;
            values[valuesById[14] = "EVENT_BATTERY_LOW"] = 14;
            values[valuesById[15] = "EVENT_BATTERY_GOOD"] = 15;
            values[valuesById[16] = "EVENT_COOL"] = 16;
            values[valuesById[17] = "EVENT_WARM"] = 17;
            values[valuesById[18] = "EVENT_HOT"] = 18;
            values[valuesById[19] = "EVENT_TRIGGER"] = 19;
            values[valuesById[20] = "EVENT_LAMP_WRONG"] = 20;
            values[valuesById[21] = "EVENT_STORAGE_LOW"] = 21;
            values[valuesById[22] = "EVENT_STORAGE_AMPLE"] = 22;
            return values;
        })();

        telemetry.Trigger = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "TRIGGER_UNSPECIFIED"] = 0;
            values[valuesById[1] = "TRIGGER_HOLSTER"] = 1;
            values[valuesById[2] = "TRIGGER_PEER"] = 2;
            values[valuesById[3] = "TRIGGER_VEHICLE_LIGHT"] = 3;
            return values;
        })();

        telemetry.LampState = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "LAMP_UNSPECIFIED"] = 0;
            values[valuesById[1] = "LAMP_OFF"] = 1;
            values[valuesById[2] = "LAMP_STANDBY"] = 2;
            values[valuesById[3] = "LAMP_RECORDING"] = 3;
            values[valuesById[4] = "LAMP_ALARM"] = 4;
            return values;
        })();

        return telemetry;
    })();

    return sealcam;
})();

export {
  $root as default
};
