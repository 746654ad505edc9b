export declare class Declared {}
