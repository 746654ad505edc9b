export class Nothing {}
